import { Timeline } from '../../../tools/sandbox/studio/timeline';
import { watchStore } from '../../../tools/sandbox/studio/watch-store';
import { FakeClock, FIRST_NOW } from '../../support/fake-clock';
import { LoopbackServer } from '../../support/loopback-server';

const RECORD = { version: 4, timestamp: FIRST_NOW / 1000, token: { access_token: 'canary-token', token_type: 'Bearer', expires_in: 60 } };

const clock = new FakeClock();
let store: LoopbackServer;
let timeline: Timeline;

beforeEach(async () => {
  store = await LoopbackServer.start();
  timeline = new Timeline(clock.now);
});
afterEach(() => store.stop());

function answering(status: number, body: object): void {
  store.answer = (response) => {
    response.statusCode = status;
    response.end(JSON.stringify(body));
  };
}

function watch(): ReturnType<typeof watchStore> {
  return watchStore({ endpointUrl: store.url, endpointSecret: 'secret' }, 'crm', 75, timeline);
}

function told(): string[] {
  return timeline.snapshot().events.map(({ kind, text }) => `${kind}: ${text}`);
}

it('tells the timeline what the store holds, and nothing of the token itself', async () => {
  answering(200, { record: RECORD, now: FIRST_NOW });
  expect(await watch()).toMatchObject({ token: { version: 4 } });
  expect(timeline.snapshot().tokens).toMatchObject([{ tokenName: 'crm', lives: [{ version: 4 }] }]);
  expect(JSON.stringify(timeline.snapshot())).not.toContain('canary');
});

it('tells the timeline why the store holds none', async () => {
  const failure = { code: 'token_endpoint_unavailable', attempts: 3, retryAt: FIRST_NOW + 1000 };
  answering(200, { record: null, failure, now: FIRST_NOW });
  expect(await watch()).toEqual({ failure });
  expect(timeline.snapshot().tokens).toEqual([{ tokenName: 'crm', lives: [], failure }]);
});

it('goes on where the store does not tell, and invents no loss', async () => {
  answering(200, { record: RECORD, now: FIRST_NOW });
  await watch();
  const { tokens } = timeline.snapshot();
  answering(503, { record: null, now: FIRST_NOW });
  expect(await watch()).toBeUndefined();
  store.answer = (response) => response.destroy();
  expect(await watch()).toBeUndefined();
  expect(timeline.snapshot().tokens).toEqual(tokens);
  answering(200, { record: RECORD, now: FIRST_NOW });
  await watch();
  expect(timeline.snapshot().tokens).toEqual(tokens);
  expect(told().slice(1)).toEqual(['failure: The store answered 503.', 'mended: The store answers again.']);
});
