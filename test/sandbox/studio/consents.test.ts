import { startSandbox, type Sandbox } from '../../../tools/sandbox';
import type { LoopbackServer } from '../../../tools/sandbox/loopback-server';
import type { AskForConsent, ConsentOutcome } from '../../../tools/sandbox/studio/consents';
import { startStudio } from '../../../tools/sandbox/studio/server';
import { Timeline } from '../../../tools/sandbox/studio/timeline';
import type { TimelineSnapshot } from '../../../tools/sandbox/studio/wire';
import { FakeClock } from '../../support/fake-clock';
import { startInProcess } from '../support/in-process-host';
import { ask, noteCalls, type Answered } from './support';

const ADDRESS = 'http://127.0.0.1:9/auth?state=s';
const CAME = "A user's consent has come: the store has a new token.";
const CANCELLED = 'You cancelled the consent: nothing has changed.';

/** How often somebody was asked, and what the test does with the one who is asked now. */
interface Asked {
  tellAddress: (address: string) => void;
  cancel: AbortSignal;
  end: (outcome: ConsentOutcome) => void;
  fail: (error: unknown) => void;
}

const clock = new FakeClock();
let sandbox: Sandbox;
let timeline: Timeline;
let studio: LoopbackServer;
let asked: Asked[];
/** Resolves when somebody is asked. */
let begun: Promise<void>;
let notice: () => void;
/** Whether it goes on when it is cancelled. */
let isStubborn: boolean;

const authorize: AskForConsent = (tellAddress, cancel) =>
  new Promise((end, fail) => {
    if (!isStubborn) cancel.addEventListener('abort', () => end({ problem: 'Cancelled: nothing was written.' }));
    asked.push({ tellAddress, cancel, end, fail });
    notice();
  });

async function start(ask: AskForConsent | undefined): Promise<void> {
  const world = { authorizationServer: noteCalls([]), sandbox, urlToken: '', functionId: '', endpointUrl: '', endpointSecret: '' };
  studio = await startStudio({ ...world, ...(ask === undefined ? {} : { authorize: ask }) }, timeline, __dirname);
}

beforeAll(async () => {
  sandbox = await startSandbox({ startExtensionHost: startInProcess });
});
beforeEach(async () => {
  asked = [];
  isStubborn = false;
  begun = new Promise((resolve) => (notice = resolve));
  timeline = new Timeline(clock.now);
  await start(authorize);
});
afterEach(() => studio.close());
afterAll(() => sandbox.close());

function post(path: string, headers: Record<string, string> = { origin: studio.origin }): Promise<Answered> {
  return ask(`${studio.origin}/api/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' });
}

async function snapshot(): Promise<TimelineSnapshot> {
  return JSON.parse((await ask(`${studio.origin}/api/timeline`)).text) as TimelineSnapshot;
}

async function told(): Promise<string[]> {
  return (await snapshot()).events.map(({ kind, text }) => `${kind}: ${text}`);
}

/** Presses the button, and goes on when the address has come. */
async function pressed(): Promise<Asked> {
  const answer = post('authorize');
  await begun;
  const [now] = asked.slice(-1);
  if (now === undefined) throw new Error('Nobody is asked.');
  now.tellAddress(ADDRESS);
  expect(await answer).toMatchObject({ status: 200, text: JSON.stringify({ address: ADDRESS }) });
  return now;
}

it('nobody is asked before the button is pressed', async () => {
  expect(await snapshot()).toMatchObject({ consent: { status: 'none' }, events: [] });
  expect(asked).toEqual([]);
});

it('who presses it gets the address, and so does everybody who presses it meanwhile', async () => {
  const first = post('authorize');
  await begun;
  expect((await snapshot()).consent).toEqual({ status: 'waiting' });
  asked[0]?.tellAddress(ADDRESS);
  const answers = [await first, await post('authorize')];
  expect(answers.map(({ status, text }) => [status, JSON.parse(text) as object])).toEqual([[200, { address: ADDRESS }], [200, { address: ADDRESS }]]);
  expect(asked).toHaveLength(1);
  expect((await snapshot()).consent).toEqual({ status: 'waiting', address: ADDRESS });
});

it('a consent that has come is told, and another one can be asked for', async () => {
  (await pressed()).end({});
  expect((await snapshot()).consent).toEqual({ status: 'came', text: CAME });
  expect(await told()).toEqual([`consent: ${CAME}`]);
  begun = new Promise((resolve) => (notice = resolve));
  await pressed();
  expect(asked).toHaveLength(2);
  expect((await snapshot()).consent).toMatchObject({ status: 'waiting' });
});

it('a consent that was denied is told with the reason', async () => {
  (await pressed()).end({ problem: 'The consent was denied (access_denied).' });
  expect((await snapshot()).consent).toEqual({ status: 'failed', text: 'No consent: The consent was denied (access_denied).' });
  expect(await told()).toEqual(['consent: No consent: The consent was denied (access_denied).']);
});

it.each([
  ['ends', (now: Asked) => now.end({ problem: 'no server' })],
  ['throws', (now: Asked) => now.fail(new Error('no server'))],
])('where it %s before there is an address, the one who asked is told why', async (_how, act) => {
  const answer = post('authorize');
  await begun;
  asked.forEach(act);
  const { status, text } = await answer;
  expect({ status, ...(JSON.parse(text) as object) }).toMatchObject({ status: 422, detail: 'No consent: no server' });
  expect((await snapshot()).consent).toEqual({ status: 'failed', text: 'No consent: no server' });
});

it('can be cancelled', async () => {
  const { cancel } = await pressed();
  const { status, text } = await post('authorize/cancel');
  expect(cancel.aborted).toBe(true);
  expect(status).toBe(200);
  expect(JSON.parse(text)).toMatchObject({ consent: { status: 'cancelled', text: CANCELLED } });
  expect(await told()).toEqual([`consent: ${CANCELLED}`]);
});

it('a consent counts that came although somebody cancelled it', async () => {
  isStubborn = true;
  const now = await pressed();
  const cancelled = post('authorize/cancel');
  await new Promise((resolve) => now.cancel.addEventListener('abort', resolve));
  now.end({});
  expect(JSON.parse((await cancelled).text)).toMatchObject({ consent: { status: 'came', text: CAME } });
});

it('cancelling where nobody is asked changes nothing', async () => {
  expect((await post('authorize/cancel')).status).toBe(200);
  expect(await snapshot()).toMatchObject({ consent: { status: 'none' }, events: [] });
});

it('ends with the studio', async () => {
  const { cancel } = await pressed();
  await studio.close();
  expect(cancel.aborted).toBe(true);
  await start(authorize);
});

it.each(['authorize', 'authorize/cancel'])('no other page can ask for %s', async (path) => {
  expect((await post(path, { origin: 'https://malice.example' })).status).toBe(403);
  expect((await post(path, {})).status).toBe(403);
  expect((await post(path, { origin: studio.origin, 'content-type': 'text/plain' })).status).toBe(403);
  expect(asked).toEqual([]);
});

it('a studio that can ask nobody has no button', async () => {
  await studio.close();
  await start(undefined);
  expect(await snapshot()).not.toHaveProperty('consent');
  expect((await post('authorize')).status).toBe(404);
  expect((await post('authorize/cancel')).status).toBe(404);
});
