import { inspect } from 'node:util';

import fc from 'fast-check';

import { TransportError } from '../../src/http';
import { requestToken } from '../../src/oauth';
import { backoffDelay } from '../../src/retry';
import type { FreshToken, RequestBudget, TokenEndpointSettings } from '../../src/oauth';
import { FakeClock, FIRST_NOW } from '../support/fake-clock';
import { jsonAnswer, RecordingTransport } from '../support/recording-transport';
import type { ScriptedAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { CLIENT_CREDENTIALS, configOf, REFRESH_TOKEN, requestOf } from '../support/token-endpoint';

const TOKEN = { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 };
const OK = jsonAnswer(200, TOKEN);
const DOWN = jsonAnswer(503, {});
const CANARY = 'canary-secret-83d0';

interface Attempted {
  clock: FakeClock;
  transport: RecordingTransport;
  result: Promise<FreshToken>;
}

interface Circumstances {
  budget?: Partial<RequestBudget>;
  random?: () => number;
  clock?: FakeClock;
  settings?: TokenEndpointSettings;
}

function attempt(script: ScriptedAnswer[], { budget, random = () => 1, clock = new FakeClock(), settings }: Circumstances = {}): Attempted {
  const transport = new RecordingTransport(script);
  const environment = { transport: transport.send, now: clock.now, sleep: clock.sleep, random };
  const whole = { deadline: FIRST_NOW + 15_000, maxAttempts: 3, ...budget };
  const result = requestToken({ config: configOf({ clientSecret: CANARY, ...settings }), grant: CLIENT_CREDENTIALS }, whole, environment);
  return { clock, transport, result };
}

describe('requestToken', () => {
  it('sends one request and hands out the token with the time before it left', async () => {
    const clock = new FakeClock(FIRST_NOW + 999);
    const slow: ScriptedAnswer = () => {
      clock.advance(5000);
      return OK;
    };
    const { transport, result } = attempt([slow], { clock });
    expect(await result).toStrictEqual({ token: TOKEN, timestamp: FIRST_NOW / 1000, authentication: 'client_secret_basic' });
    expect(transport.requests.map(({ request }) => request)).toEqual([
      await requestOf(configOf({ clientSecret: CANARY }), CLIENT_CREDENTIALS),
    ]);
  });

  it('counts the lifetime from the request that was answered, not from the first', async () => {
    const clock = new FakeClock();
    const script: ScriptedAnswer[] = [
      () => {
        clock.advance(4000);
        return DOWN;
      },
      OK,
    ];
    const { result } = attempt(script, { clock });
    expect((await result).timestamp).toBe(FIRST_NOW / 1000 + 4);
    expect(clock.sleeps).toEqual([250]);
  });

  it('sends the refresh token it is given', async () => {
    const transport = new RecordingTransport([OK]);
    const clock = new FakeClock();
    const environment = { transport: transport.send, now: clock.now, sleep: clock.sleep, random: () => 0 };
    await requestToken({ config: configOf(), grant: REFRESH_TOKEN }, { deadline: FIRST_NOW + 1000, maxAttempts: 1 }, environment);
    expect(transport.requests[0]?.request.body).toBe('grant_type=refresh_token&refresh_token=refresh-token-1');
  });

  it('settles the lifetime with the configured default', async () => {
    const clock = new FakeClock();
    const transport = new RecordingTransport([jsonAnswer(200, { access_token: 'opaque' })]);
    const environment = { transport: transport.send, now: clock.now, sleep: clock.sleep, random: () => 0 };
    const config = configOf({ defaultLifetimeSeconds: 77 });
    const budget = { deadline: FIRST_NOW + 1000, maxAttempts: 1 };
    expect((await requestToken({ config, grant: CLIENT_CREDENTIALS }, budget, environment)).token.expires_in).toBe(77);
  });
});

describe('what is tried again', () => {
  const TRANSIENT: [string, ScriptedAnswer, string][] = [
    ['no connection', new TransportError('network', 'ECONNREFUSED'), 'token_endpoint_unreachable'],
    ['no answer in time', new TransportError('timeout'), 'token_endpoint_unreachable'],
    ['an error of the transport that is none of ours', new Error(`socket hang up ${CANARY}`), 'token_endpoint_unreachable'],
    ['HTTP 408', jsonAnswer(408, {}), 'token_endpoint_unavailable'],
    ['HTTP 429', jsonAnswer(429, {}), 'token_endpoint_unavailable'],
    ['HTTP 500', jsonAnswer(500, {}), 'token_endpoint_unavailable'],
    ['HTTP 503', DOWN, 'token_endpoint_unavailable'],
    ['temporarily_unavailable', jsonAnswer(400, { error: 'temporarily_unavailable' }), 'token_endpoint_unavailable'],
  ];

  it.each(TRANSIENT)('%s, until it works', async (_, failure) => {
    const { result, transport, clock } = attempt([failure, failure, OK]);
    expect((await result).token).toEqual(TOKEN);
    expect(transport.requests).toHaveLength(3);
    expect(clock.sleeps).toEqual([250, 500]);
  });

  it.each(TRANSIENT)('%s, until the attempts are used up', async (_, failure, code) => {
    const { result, transport, clock } = attempt([failure]);
    const error = await thrownBy(() => result);
    expect(error).toMatchObject({ code, transient: true });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(CANARY);
    expect(transport.requests).toHaveLength(3);
    expect(clock.sleeps).toHaveLength(2);
  });

  const FINAL: [string, ScriptedAnswer, string][] = [
    ['invalid_grant', jsonAnswer(400, { error: 'invalid_grant' }), 'invalid_grant'],
    ['invalid_client', jsonAnswer(401, { error: 'invalid_client' }), 'invalid_client'],
    ['an unknown error', jsonAnswer(400, { error: 'other' }), 'token_endpoint_error'],
    ['a redirect', jsonAnswer(302, {}), 'token_endpoint_redirect'],
    ['a wrong address', jsonAnswer(404, ''), 'token_endpoint_rejected'],
    ['a page', { status: 200, headers: {}, data: '<html></html>' }, 'token_response_invalid'],
    ['no token', jsonAnswer(200, {}), 'access_token_missing'],
  ];

  it.each(FINAL)('is not %s', async (_, answer, code) => {
    const { result, transport, clock } = attempt([answer, OK], { settings: { clientAuthentication: 'client_secret_basic' } });
    expect(await thrownBy(() => result)).toMatchObject({ code, transient: false });
    expect(transport.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });

  const EXPIRED = jsonAnswer(200, { ...TOKEN, expires_in: 0 });

  it.each<[string, number, number]>([
    ['once more, where the budget allows', 3, 2],
    ['not again, where it does not', 1, 1],
  ])('asks for a token that has expired on arrival %s', async (_, maxAttempts, requests) => {
    const { result, transport } = attempt([EXPIRED], { budget: { maxAttempts } });
    expect(await thrownBy(() => result)).toMatchObject({ code: 'token_already_expired', transient: false });
    expect(transport.requests).toHaveLength(requests);
  });

  it('says why there was no answer, in words of ours', async () => {
    const { result } = attempt([new TransportError('network', 'ECONNREFUSED')], { budget: { maxAttempts: 1 } });
    expect((await thrownBy(() => result)).message).toBe('The token endpoint did not answer: network (ECONNREFUSED).');
  });

  it('strikes out a secret that the server sends back', async () => {
    const echo = jsonAnswer(400, { error: 'invalid_client', error_description: `wrong secret ${CANARY}` });
    const error = await thrownBy(() => attempt([echo]).result);
    expect(error.message).toBe('The token endpoint answered invalid_client: wrong secret [secret].');
  });
});

describe('the budget', () => {
  it.each([1, 2, 3, 5])('of %d attempts is kept', async (maxAttempts) => {
    const { result, transport, clock } = attempt([DOWN], { budget: { maxAttempts, deadline: FIRST_NOW + 60_000 } });
    await thrownBy(() => result);
    expect(transport.requests).toHaveLength(maxAttempts);
    expect(clock.sleeps).toEqual([250, 500, 1000, 2000].slice(0, maxAttempts - 1));
  });

  it('of time gives each attempt what is left, eight seconds at most', async () => {
    const { result, transport } = attempt([DOWN], { budget: { deadline: FIRST_NOW + 8500, maxAttempts: 3 } });
    await thrownBy(() => result);
    expect(transport.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([8000, 8000, 7750]);
  });

  it('of time ends the attempts when a quarter of a second would not be left', async () => {
    const exactly = attempt([DOWN], { budget: { deadline: FIRST_NOW + 500, maxAttempts: 2 } });
    await thrownBy(() => exactly.result);
    expect(exactly.transport.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([500, 250]);
    const lessByOne = attempt([DOWN], { budget: { deadline: FIRST_NOW + 499, maxAttempts: 2 } });
    expect((await thrownBy(() => lessByOne.result)).code).toBe('token_endpoint_unavailable');
    expect(lessByOne.transport.requests).toHaveLength(1);
    expect(lessByOne.clock.sleeps).toEqual([]);
  });

  it.each([0, 1, 10_000])('of time that ended %d ms ago sends nothing', async (ago) => {
    const { result, transport } = attempt([OK], { budget: { deadline: FIRST_NOW - ago } });
    expect(await thrownBy(() => result)).toMatchObject({ code: 'time_budget_exceeded', transient: true });
    expect(transport.requests).toEqual([]);
  });

  it('is kept whatever fails and however long it takes', async () => {
    const failures = fc.constantFrom<'network' | number>('network', 429, 500, 503);
    const steps = fc.array(fc.record({ failure: failures, takes: fc.nat(9000), retryAfter: fc.option(fc.nat(20)) }), {
      minLength: 1,
      maxLength: 6,
    });
    const budgets = fc.record({ ms: fc.integer({ min: 1, max: 20_000 }), maxAttempts: fc.integer({ min: 1, max: 6 }) });
    await fc.assert(
      fc.asyncProperty(steps, budgets, fc.double({ min: 0, max: 1, noNaN: true }), async (script, { ms, maxAttempts }, random) => {
        const clock = new FakeClock();
        const deadline = FIRST_NOW + ms;
        const answers = script.map(({ failure, takes, retryAfter }): ScriptedAnswer => ({ timeoutMs }) => {
          expect(timeoutMs).toBeGreaterThan(0);
          expect(clock.now() + timeoutMs).toBeLessThanOrEqual(deadline);
          clock.advance(Math.min(takes, timeoutMs));
          if (failure === 'network') return new TransportError('network');
          return jsonAnswer(failure, {}, retryAfter === null ? {} : { 'retry-after': String(retryAfter) });
        });
        const { result, transport } = attempt(answers, { clock, random: () => random, budget: { deadline, maxAttempts } });
        expect((await thrownBy(() => result)).transient).toBe(true);
        expect(transport.requests.length).toBeLessThanOrEqual(maxAttempts);
        expect(clock.now()).toBeLessThanOrEqual(deadline);
      }),
    );
  });
});

describe('Retry-After', () => {
  it('is waited for, where it is longer than the backoff', async () => {
    const { result, clock } = attempt([jsonAnswer(429, {}, { 'retry-after': '2' }), OK]);
    await result;
    expect(clock.sleeps).toEqual([2000]);
  });

  it('does not shorten the backoff', async () => {
    const { result, clock } = attempt([jsonAnswer(503, {}, { 'retry-after': '0' }), OK]);
    await result;
    expect(clock.sleeps).toEqual([250]);
  });

  it('may be a date', async () => {
    const date = new Date(FIRST_NOW + 3000).toUTCString();
    const { result, clock } = attempt([jsonAnswer(503, {}, { 'retry-after': date }), OK]);
    await result;
    expect(clock.sleeps).toEqual([3000]);
  });

  it('beyond the deadline ends the attempts, and is handed on', async () => {
    const { result, clock, transport } = attempt([jsonAnswer(503, {}, { 'retry-after': '60' }), OK]);
    expect(await thrownBy(() => result)).toMatchObject({ code: 'token_endpoint_unavailable', retryAt: FIRST_NOW + 60_000 });
    expect(transport.requests).toHaveLength(1);
    expect(clock.sleeps).toEqual([]);
  });
});

describe('backoffDelay', () => {
  it.each([
    [1, 125, 250],
    [2, 250, 500],
    [3, 500, 1000],
    [4, 1000, 2000],
    [5, 2000, 4000],
    [6, 2000, 4000],
    [60, 2000, 4000],
    [2000, 2000, 4000],
  ])('after attempt %d is between %d and %d ms', (tries, shortest, longest) => {
    expect(backoffDelay(tries, 0)).toBe(shortest);
    expect(backoffDelay(tries, 1)).toBe(longest);
    expect(backoffDelay(tries, 0.5)).toBe((shortest + longest) / 2 + ((shortest + longest) % 2) / 2);
  });

  it('is a whole number within these bounds for any jitter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, random) => {
        const delay = backoffDelay(tries, random);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(backoffDelay(tries, 0));
        expect(delay).toBeLessThanOrEqual(backoffDelay(tries, 1));
      }),
    );
  });
});
