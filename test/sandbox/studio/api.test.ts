import type { Sandbox } from '../../../tools/sandbox';
import type { LoopbackServer } from '../../../tools/sandbox/loopback-server';
import { startStudio } from '../../../tools/sandbox/studio/server';
import { Timeline } from '../../../tools/sandbox/studio/timeline';
import type { ExtensionForms, TimelineSnapshot } from '../../../tools/sandbox/studio/wire';
import { FakeClock } from '../../support/fake-clock';
import { packExtension } from '../support/extension-archive';
import { ask, noteCalls, SHOWING_EXTENSION, startWith, type Answered } from './support';

const CANARY = 'canary-secret-5d1f';

const clock = new FakeClock();
const calls: unknown[][] = [];
let archive: Awaited<ReturnType<typeof packExtension>>;
let sandbox: Sandbox;
let timeline: Timeline;
let studio: LoopbackServer;
/** A connection to the demo's store. */
let ours: { url: string; secret: string };

beforeAll(async () => {
  archive = await packExtension(SHOWING_EXTENSION);
  sandbox = await startWith(archive.file);
});
beforeEach(async () => {
  calls.splice(0);
  timeline = new Timeline(clock.now);
  const { urlToken, url: endpointUrl } = sandbox.createEndpoint({ type: 'rest', name: 'store', flow: [] });
  ours = { url: endpointUrl, secret: 'secret' };
  const functionId = sandbox.createFunction({ name: 'chain', code: 'export default () => undefined' });
  const world = { authorizationServer: noteCalls(calls), sandbox, urlToken, functionId, endpointUrl, endpointSecret: 'secret' };
  studio = await startStudio(world, timeline, __dirname);
});
afterEach(() => studio.close());
afterAll(async () => {
  await sandbox.close();
  await archive.remove();
});

function get(path: string): Promise<Answered> {
  return ask(`${studio.origin}/api/${path}`);
}

/** @param body a text is sent as it is */
function post(path: string, body: unknown): Promise<Answered> {
  const headers = { origin: studio.origin, 'content-type': 'application/json' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return ask(`${studio.origin}/api/${path}`, { method: 'POST', headers, body: text });
}

function refusal({ status, text }: Answered): { status: number; detail: string } {
  const body = JSON.parse(text) as { status: number; detail: string };
  expect(body.status).toBe(status);
  return { status, detail: body.detail };
}

describe('GET /api/forms', () => {
  it('holds every node with its branches, and every type of connection', async () => {
    const { status, text } = await get('forms');
    const { nodes, connections, findings } = JSON.parse(text) as ExtensionForms;
    expect(status).toBe(200);
    expect(nodes.map(({ type }) => type)).toEqual(['show', 'showYes', 'showNo', 'talk', 'hand', 'fail']);
    expect(nodes[0]).toMatchObject({
      defaultLabel: { default: 'Show', deDE: 'Zeigen' },
      fields: [{ key: 'text', type: 'cognigyText', label: 'Text' }, { key: 'contextKey' }],
    });
    expect(connections).toEqual([
      { type: 'store', label: 'Store', fields: [{ fieldName: 'url' }, { fieldName: 'secret' }] },
      { type: 'other', label: 'Other', fields: [{ fieldName: 'key' }] },
    ]);
    expect(findings).toEqual([]);
  });

  it('names the saved connections and tells nothing of what is in them', async () => {
    const url = `https://${CANARY}.test`;
    const store = sandbox.createConnection({ type: 'store', fields: { url, secret: CANARY } });
    const other = sandbox.createConnection({ type: 'other', fields: { key: CANARY } });
    const { text } = await get('forms');
    const { saved } = JSON.parse(text) as ExtensionForms;
    expect(saved).toHaveLength(2);
    expect(saved).toEqual(
      expect.arrayContaining([
        { id: store, name: 'store', type: 'store' },
        { id: other, name: 'other', type: 'other' },
      ]),
    );
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(sandbox.apiKey);
  });

  it('points at a text that the platform would refuse', async () => {
    const long = await packExtension(SHOWING_EXTENSION.replace("label: 'Text'", `label: '${'x'.repeat(201)}'`));
    try {
      await sandbox.uploadExtension(long.file);
      const { findings } = JSON.parse((await get('forms')).text) as ExtensionForms;
      expect(findings).toEqual([{ path: '/nodes/0/fields/0/label', problem: 'must NOT have more than 200 characters' }]);
    } finally {
      await sandbox.uploadExtension(archive.file);
      await long.remove();
    }
  });
});

describe('GET /api/timeline', () => {
  it('tells what has happened', async () => {
    timeline.answered(true, '');
    const { status, text } = await get('timeline');
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(timeline.snapshot())));
    expect((JSON.parse(text) as TimelineSnapshot).executions).toEqual([{ at: clock.now(), ok: true }]);
  });
});

describe('POST /api/runs', () => {
  it('runs a node; what is left out of the request is empty', async () => {
    const { status, text } = await post('runs', { type: 'show', config: { text: '{{input.name}}' }, input: { name: 'Eve' } });
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ branch: 'showYes', context: { seen: { config: { text: 'Eve' } } } });
    expect((await post('runs', { type: 'show' })).status).toBe(200);
  });

  it('has the life of a token shown that a node has from the shared store', async () => {
    const config = { store: 'endpoint', tokenName: ' {{input.name}} ', handOut: 'token' };
    for (const endpointConnection of [ours, { connectionId: sandbox.createConnection({ type: 'store', fields: ours }) }]) {
      await post('runs', { type: 'hand', config: { ...config, endpointConnection }, input: { name: 'crm' } });
    }
    expect([...timeline.watched]).toEqual([['crm', 75]]);
  });

  it.each([
    ['is kept in the conversation', { store: 'conversation', tokenName: 'crm', handOut: 'token' }],
    ['is from another store', { store: 'endpoint', tokenName: 'crm', handOut: 'token', endpointConnection: { url: 'https://other.test' } }],
    ['is from no store', { store: 'endpoint', tokenName: 'crm', handOut: 'token', endpointConnection: undefined }],
    ['was not handed out', { store: 'endpoint', tokenName: 'crm' }],
    ['has no name', { store: 'endpoint', tokenName: 7, handOut: 'token' }],
  ])('shows no life of a token that %s', async (_what, config) => {
    const { status } = await post('runs', { type: 'hand', config: { endpointConnection: ours, ...config } });
    expect(status).toBe(200);
    expect([...timeline.watched]).toEqual([]);
  });

  it.each([{}, { type: 7 }, { type: null }, [], [{ type: 'show' }]])('refuses %j, which names no node', async (body) => {
    expect(refusal(await post('runs', body))).toEqual({ status: 400, detail: 'type must be a text' });
  });

  it('refuses a request without a body', async () => {
    expect(refusal(await post('runs', ''))).toEqual({ status: 400, detail: 'type must be a text' });
  });

  it.each(['config', 'context', 'input'])('refuses a %s that is no object', async (member) => {
    for (const value of ['{}', 7, true, [{}]]) {
      const answer = await post('runs', { type: 'show', [member]: value });
      expect(refusal(answer)).toEqual({ status: 400, detail: `${member} must be an object` });
    }
  });

  it('does not know a node or a connection that does not exist', async () => {
    expect(refusal(await post('runs', { type: 'nowhere' }))).toEqual({ status: 404, detail: 'no extension has a node nowhere' });
    const config = { connection: { connectionId: 'nowhere' } };
    expect(refusal(await post('runs', { type: 'show', config }))).toEqual({
      status: 404,
      detail: 'there is no connection nowhere',
    });
  });

  it('refuses what is no JSON', async () => {
    for (const body of ['{', '"show"', '{"type":"show"} and more']) {
      const { status, detail } = refusal(await post('runs', body));
      expect(status).toBe(400);
      expect(detail).toContain('JSON');
    }
  });

  it('refuses a body of more than 1 MB', async () => {
    const answer = await post('runs', { type: 'show', context: { text: 'x'.repeat(1024 * 1024) } });
    expect(refusal(answer)).toEqual({ status: 413, detail: 'request entity too large' });
  });
});

describe('POST /api/options', () => {
  const asked = { type: 'hand', field: 'list' };

  it('gives what a list offers, for a connection that is filled in or saved', async () => {
    const store = { url: 'https://store.test', secret: CANARY };
    for (const connection of [store, { connectionId: sandbox.createConnection({ type: 'store', fields: store }) }]) {
      const { status, text } = await post('options', { ...asked, config: { store: connection } });
      expect(status).toBe(200);
      expect(JSON.parse(text)).toEqual({ options: [{ label: 'https://store.test', value: 'url' }] });
    }
    expect(sandbox.logs.text()).not.toContain(CANARY);
  });

  it('is told in the forms which list can be asked for, and what it depends on', async () => {
    const { nodes } = JSON.parse((await get('forms')).text) as ExtensionForms;
    const fields = nodes.flatMap((node) => node.fields ?? []);
    expect(fields.flatMap(({ key, optionsResolver }) => (optionsResolver ? [{ key, optionsResolver }] : []))).toEqual([
      { key: 'list', optionsResolver: { dependencies: ['store'] } },
    ]);
  });

  it('says why there are none', async () => {
    const detail = "the options of list can't be resolved: there is no store";
    expect(refusal(await post('options', asked))).toEqual({ status: 422, detail });
  });

  it.each([
    [{ field: 'list' }, 400, 'type must be a text'],
    [[], 400, 'type must be a text'],
    [{ type: 'hand' }, 400, 'field must be a text'],
    [{ ...asked, field: 7 }, 400, 'field must be a text'],
    [{ ...asked, config: [] }, 400, 'config must be an object'],
    [{ ...asked, type: 'nowhere' }, 404, 'no extension has a node nowhere'],
    [{ ...asked, field: 'contextKey' }, 404, 'the node hand has no field contextKey with a resolver'],
    [{ ...asked, config: { store: { connectionId: 'nowhere' } } }, 404, 'there is no connection nowhere'],
  ])('refuses %j', async (body, status, detail) => {
    expect(refusal(await post('options', body))).toEqual({ status, detail });
  });
});

describe('POST /api/breakages', () => {
  it('breaks and mends, and answers with the timeline', async () => {
    const broken = await post('breakages', { breakage: 'tokenEndpointDown', on: true });
    expect(broken.status).toBe(200);
    expect(JSON.parse(broken.text)).toMatchObject({ broken: [{ breakage: 'tokenEndpointDown', from: clock.now() }] });
    await post('breakages', { breakage: 'tokenEndpointDown', on: false });
    expect(calls).toEqual([['setFault', { down: true }], ['clearFault']]);
    expect(timeline.isBroken('tokenEndpointDown')).toBe(false);
  });

  it('takes what is said without "on" for broken', async () => {
    await post('breakages', { breakage: 'slowNetwork' });
    expect(timeline.isBroken('slowNetwork')).toBe(true);
  });

  it.each([{}, [], { breakage: 'everything' }, { breakage: 7 }, { breakage: '__proto__' }, { breakage: ['loseStore'] }])(
    'refuses %j, which names nothing that can be broken',
    async (body) => {
      expect(refusal(await post('breakages', body))).toEqual({ status: 400, detail: 'breakage is none that the studio has' });
    },
  );

  it('refuses an "on" that is neither true nor false, and breaks nothing', async () => {
    for (const on of ['true', 1, null]) {
      const answer = await post('breakages', { breakage: 'tokenEndpointDown', on });
      expect(refusal(answer)).toEqual({ status: 400, detail: 'on must be true or false' });
    }
    expect(calls).toEqual([]);
    expect(timeline.snapshot()).toMatchObject({ broken: [], events: [] });
  });

  it.each(['revokeTokens', 'killChain', 'loseStore'])('refuses to mend %s, which happens once', async (breakage) => {
    const answer = await post('breakages', { breakage, on: false });
    expect(refusal(answer)).toEqual({ status: 400, detail: `${breakage} happens once: there is nothing to mend` });
    expect(calls).toEqual([]);
    expect(timeline.snapshot()).toMatchObject({ broken: [], events: [] });
  });
});

describe('what the studio does not have', () => {
  it('is not found, with its path', async () => {
    expect(refusal(await get('nowhere'))).toEqual({ status: 404, detail: 'there is nothing at /api/nowhere' });
    expect(refusal(await get('runs'))).toEqual({ status: 404, detail: 'there is nothing at /api/runs' });
    expect(refusal(await post('forms', {}))).toEqual({ status: 404, detail: 'there is nothing at /api/forms' });
  });

  it('is nothing that another page may learn of', async () => {
    const headers = { origin: 'https://malice.example' };
    expect((await ask(`${studio.origin}/api/forms`, { headers })).status).toBe(403);
    expect((await ask(`${studio.origin}/api/nowhere`, { headers })).status).toBe(403);
  });
});
