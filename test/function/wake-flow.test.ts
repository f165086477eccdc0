import fc from 'fast-check';

import { readTokenEndpointConfig } from '../../src/oauth';
import type { FunctionConfig } from '../../src/function/config';
import { runHop } from '../../src/function/hop';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { START } from '../support/token-records';
import { inVirtualTime } from '../support/virtual-time';

const FLOW_URL = 'https://endpoint.example.com/refresh';
const API_KEY = 'canary-api-key-5b12';
const TIME_LIMIT_MS = 900_000;
const CONFIG: FunctionConfig = {
  refreshBy: 'flow',
  refreshFlowUrl: FLOW_URL,
  apiUrl: 'https://api.example.com',
  apiKey: API_KEY,
  functionId: 'chain',
  functionTimeLimitSeconds: TIME_LIMIT_MS / 1000,
  functionBufferSeconds: 5,
};
const CHAIN = { chainId: 'chain-1', hop: 7, wakeAt: START };

interface Sent {
  at: number;
  method: string;
  url: string;
  headers: Record<string, string>;
  data: Record<string, unknown>;
  maxRedirects: number;
}

/** What the Flow's Endpoint does with one request. */
type FlowAnswer = { status: number; data: unknown } | Error | 'silence';

interface HopRun {
  wakes: Sent[];
  triggers: Sent[];
  /** The next hop's parameters. */
  next: { chainId: string; hop: number; wakeAt: number } | undefined;
  endedAt: number;
  log: string;
  error: unknown;
}

/** Runs one hop in virtual time; the last answer repeats. */
async function runWith(answers: FlowAnswer[], config = CONFIG, parameters: object = CHAIN): Promise<HopRun> {
  const clock = new VirtualClock(START);
  const run: HopRun = { wakes: [], triggers: [], next: undefined, endedAt: 0, log: '', error: undefined };
  const write = (text: string) => void (run.log += `${text}\n`);
  const answer = async (request: Sent): Promise<unknown> => {
    const sent = { ...(JSON.parse(JSON.stringify(request)) as Sent), at: clock.now() };
    if (request.url !== FLOW_URL) {
      run.triggers.push(sent);
      run.next = sent.data['parameters'] as HopRun['next'];
      return { status: 201, headers: {}, data: { functionInstanceId: 'next' } };
    }
    run.wakes.push(sent);
    const chosen = answers[Math.min(run.wakes.length, answers.length) - 1];
    if (chosen === 'silence') return new Promise(() => undefined);
    if (chosen instanceof Error) throw chosen;
    return { headers: {}, ...chosen };
  };
  const work = runHop(config, {
    readTokenEndpoint: readTokenEndpointConfig,
    parameters,
    api: { httpRequest: (request) => answer(request as unknown as Sent) },
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
    console: { log: write, error: write },
    now: () => clock.now(),
    random: () => 0.5,
  });
  try {
    await inVirtualTime(clock, work);
  } catch (thrown) {
    run.error = thrown;
  }
  run.endedAt = clock.now();
  expect(run.wakes.length + run.triggers.length).toBeLessThanOrEqual(5);
  expect(run.endedAt).toBeLessThanOrEqual(START + config.functionTimeLimitSeconds * 1000);
  expect(run.log).not.toContain('canary');
  return run;
}

function entryOf(tokenName: string, dueInMs: number, changes: object = {}): object {
  return { tokenName, refreshAt: START + dueInMs, expiresAt: START + 2 * dueInMs, version: 1, ...changes };
}

/** What a REST Endpoint answers when Refresh If Expiring has run in its Flow. */
function restAnswer(...outputs: object[]): FlowAnswer {
  const outputStack = outputs.map((data) => ({ text: '', data, source: 'bot' }));
  return { status: 200, data: { text: '', data: Object.assign({}, ...outputs) as object, outputStack } };
}

function chainOutput(schedule: unknown, goesOn: unknown = true): object {
  return { accessTokenChain: { continue: goesOn, schedule } };
}

describe('the message', () => {
  test('is the heartbeat, in a conversation of this chain', async () => {
    const { wakes, error } = await runWith([restAnswer(chainOutput([entryOf('crm', 60_000)]))]);
    expect(error).toBeUndefined();
    expect(wakes).toHaveLength(1);
    const [{ method, url, headers, data, maxRedirects } = { data: {} }] = wakes as Partial<Sent>[];
    expect([method, url, maxRedirects]).toEqual(['POST', FLOW_URL, 0]);
    expect(headers).toEqual({ accept: 'application/json', 'content-type': 'application/json' });
    const owner = expect.stringMatching(/^chain-1\/7\/\w+$/) as string;
    expect(data).toEqual({
      userId: 'accessTokenChain',
      sessionId: 'chain-1',
      text: '',
      data: { accessTokenChain: { chainId: 'chain-1', hop: 7, owner, first: false, beatWithinMs: 990_000, functionId: 'chain', now: START } },
    });
    expect(JSON.stringify(wakes)).not.toContain(API_KEY);
  });

  test('the same hop sends the same one when it has to send it again', async () => {
    const { wakes } = await runWith([{ status: 503, data: 'busy' }, restAnswer(chainOutput([entryOf('crm', 60_000)]))]);
    expect(wakes.map(({ at }) => at - START)).toEqual([0, 1000]);
    expect(wakes[1]?.data).toEqual(wakes[0]?.data);
  });
});

describe('the next hop', () => {
  test.each<[string, FlowAnswer]>([
    ['wakes when the token is due', restAnswer(chainOutput([entryOf('crm', 60_000)]))],
    ['wakes for the first of several nodes', restAnswer(chainOutput([entryOf('erp', 90_000)]), chainOutput([entryOf('crm', 60_000)]))],
    ['passes over what else the Flow says', restAnswer({}, { _cognigy: { x: 1 } }, chainOutput([entryOf('crm', 60_000)]))],
    ['reads an answer without a stack', { status: 200, data: { text: '', data: chainOutput([entryOf('crm', 60_000)]) } }],
    ['reads an answer with an empty stack', { status: 200, data: { data: chainOutput([entryOf('crm', 60_000)]), outputStack: [] } }],
    ['reads an answer that the platform left as text', { status: 201, data: JSON.stringify({ data: chainOutput([entryOf('crm', 60_000)]) }) }],
    ['passes over entries that are none', restAnswer(chainOutput([null, 'crm', { tokenName: 'erp', refreshAt: 'soon' }, entryOf('crm', 60_000)]))],
    [
      'waits for a failure to pass',
      restAnswer(chainOutput([entryOf('crm', 1000, { failure: { code: 'invalid_client', at: START, attempts: 3, retryAt: START + 60_000 } })])),
    ],
  ])('%s', async (_, answer) => {
    const { next, log, endedAt } = await runWith([answer]);
    expect(next).toEqual({ chainId: 'chain-1', hop: 8, wakeAt: START + 60_000 });
    expect([log, endedAt]).toEqual(['', START]);
  });

  test('looks again in 5 s where a due token is being refreshed elsewhere', async () => {
    const { next } = await runWith([restAnswer(chainOutput([entryOf('crm', -1000)]))]);
    expect(next?.wakeAt).toBe(START + 5000);
  });

  test('looks again in a minute where no node names a token', async () => {
    const { next } = await runWith([restAnswer(chainOutput([]))]);
    expect(next?.wakeAt).toBe(START + 60_000);
  });

  test.each<[string, FlowAnswer]>([
    ['its node', restAnswer(chainOutput([], false))],
    ['one of two nodes', restAnswer(chainOutput([entryOf('crm', 60_000)]), chainOutput([], false))],
  ])('is none where %s says that a newer chain is at work', async (_, answer) => {
    const { next, triggers, log, error } = await runWith([answer]);
    expect([next, triggers, error]).toEqual([undefined, [], undefined]);
    expect(log).toContain('is at work already: this instance ends.');
  });

  // The platform decides how JSON is cut into outputs; only a plain `false` ends a chain.
  test.each(['false', 0, null, undefined])('is started where "continue" is %p', async (goesOn) => {
    const { next } = await runWith([restAnswer({ accessTokenChain: { continue: goesOn, schedule: [entryOf('crm', 60_000)] } })]);
    expect(next?.wakeAt).toBe(START + 60_000);
  });
});

describe('a Flow without the node', () => {
  test.each<[string, unknown]>([
    ['a chat answer', { text: 'Hello!', data: {}, outputStack: [{ text: 'Hello!', data: {}, source: 'bot' }] }],
    ['nothing', undefined],
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['a list', []],
    ['an answer that is no object', { data: { accessTokenChain: true }, outputStack: [{ data: { accessTokenChain: ['x'] } }] }],
  ])('answers %s: the log says what to do, and the chain looks again in a minute', async (_, data) => {
    const { next, log, wakes, error } = await runWith([{ status: 200, data }]);
    expect(error).toBeUndefined();
    expect(wakes).toHaveLength(1);
    expect(log).toMatch(/ error refresh_flow_silent chain=\S+ hop=\d+ The Flow answered without a schedule\. Put Refresh If Expiring/);
    expect(next).toEqual({ chainId: 'chain-1', hop: 8, wakeAt: START + 60_000 });
  });
});

describe('a store whose clock is not the Function’s', () => {
  test.each([3_600_000, -3_600_000, 365 * 86_400_000])('%d ms ahead: the chain wakes when the token is due there', async (aheadMs) => {
    const entry = { tokenName: 'crm', refreshAt: START + aheadMs + 60_000, expiresAt: START + aheadMs + 100_000, version: 1 };
    const answer = { accessTokenChain: { continue: true, schedule: [entry], now: START + aheadMs } };
    const { next } = await runWith([restAnswer(answer)]);
    expect(Math.abs((next?.wakeAt ?? 0) - (START + 60_000))).toBeLessThanOrEqual(100);
  });
});

describe('a Flow that can not be reached', () => {
  test.each<[string, FlowAnswer, string]>([
    ['503', { status: 503, data: '' }, 'HTTP 503'],
    ['404', { status: 404, data: {} }, 'HTTP 404'],
    ['a redirect', { status: 302, data: '' }, 'HTTP 302'],
    ['no connection', Object.assign(new Error(API_KEY), { code: 'ECONNREFUSED' }), 'network (ECONNREFUSED)'],
    ['a rejected 500', Object.assign(new Error('x'), { response: { status: 500, headers: {}, data: API_KEY } }), 'HTTP 500'],
  ])('%s: two more tries a second apart, then the next hop', async (_, answer, reason) => {
    const { next, log, wakes, triggers, error } = await runWith([answer]);
    expect(error).toBeUndefined();
    expect(wakes.map(({ at }) => at - START)).toEqual([0, 1000, 2000]);
    expect(triggers).toHaveLength(1);
    expect(log).toContain(` warn refresh_flow_unreachable chain=chain-1 hop=7 The refresh Flow did not answer: ${reason}. Check refreshFlowUrl`);
    expect(next).toEqual({ chainId: 'chain-1', hop: 8, wakeAt: START + 2000 + 15_000 });
  });

  test('silence is given up after 25 s, and long before the end of a short instance', async () => {
    const { wakes, next } = await runWith(['silence']);
    expect(wakes.map(({ at }) => (at - START) / 1000)).toEqual([0, 26, 52]);
    expect(next?.wakeAt).toBe(START + 77_000 + 15_000);
    const short = await runWith(['silence'], { ...CONFIG, functionTimeLimitSeconds: 6, functionBufferSeconds: 3 });
    expect(short.wakes).toHaveLength(1);
    expect(short.triggers[0]?.at).toBe(START + 4500);
  });

  test.each([
    ['', 'url_missing'],
    ['http://endpoint.example.com/x', 'insecure_url'],
    ['endpoint', 'url_malformed'],
  ])('the address "%s" can be nobody\'s: the instance fails at once', async (refreshFlowUrl, code) => {
    const { next, error, wakes } = await runWith([], { ...CONFIG, refreshFlowUrl });
    expect(wakes).toEqual([]);
    expect(error).toMatchObject({ code });
    expect(next).toBeUndefined();
  });
});

test('whatever the Endpoint answers, there is a next hop within the time limit, or a newer chain', async () => {
  const chance = fc.oneof(fc.anything(), fc.jsonValue());
  const output = fc.record({ data: fc.record({ accessTokenChain: fc.oneof(chance, fc.record({ continue: chance, schedule: chance })) }) });
  const body = fc.oneof(chance, fc.record({ outputStack: fc.array(fc.oneof(output, chance)) }), fc.json());
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 100, max: 599 }), body, async (status, data) => {
      const { next, triggers, error, log } = await runWith([{ status, data }]);
      expect(error).toBeUndefined();
      if (log.includes('this instance ends')) {
        expect(triggers).toEqual([]);
      } else {
        expect(next).toMatchObject({ chainId: 'chain-1', hop: 8 });
        expect(next?.wakeAt).toBeGreaterThanOrEqual(START);
      }
    }),
    { numRuns: 300 },
  );
});

test('a chain that is started without parameters opens a conversation of its own', async () => {
  const { wakes, next } = await runWith([restAnswer(chainOutput([entryOf('crm', 60_000)]))], CONFIG, {});
  const { sessionId } = wakes[0]?.data ?? {};
  expect(sessionId).toMatch(/^[0-9a-z]+-[0-9a-z]+$/);
  expect(next).toEqual({ chainId: sessionId, hop: 1, wakeAt: START + 60_000 });
});
