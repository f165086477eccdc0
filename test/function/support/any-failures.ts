import fc from 'fast-check';

import { isExpired } from '../../../src/lifetime';
import { ALERT_URL, CONFIG, HopWorld, ROTATING_CONFIG } from '../../support/hop-world';
import type { Fault, HopRun, TestConfig } from '../../support/hop-world';
import { tries } from '../../support/tries';

const MOST_REQUESTS = 5;
const HEALED_AFTER_MS = 300_000;

const answers = fc
  .tuple(
    fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 404, 408, 409, 429, 500, 503),
    fc.constantFrom<unknown>(
      '<!doctype html><title>Sign in</title>',
      '',
      null,
      undefined,
      [],
      { text: 'a chat answer', outputStack: [] },
      { error: 'invalid_grant' },
      { error: 'invalid_endpoint_secret' },
      { error: 'invalid_request', field: 'owner' },
      { error: 'version_conflict', record: null },
      { access_token: '', expires_in: 'soon' },
      { access_token: 'x', expires_in: 0 },
      { continue: true, schedule: [null], granted: {}, now: 1 },
      { continue: true, schedule: [], granted: { tokenName: 'unknown', record: null }, now: 1 },
      { continue: true, schedule: [], granted: { record: [] }, now: 1 },
      { title: 'Unauthorized', status: 401 },
    ),
  )
  .map(([status, data]): Fault => ({ status, data }));

const fault: fc.Arbitrary<Fault> = fc.oneof(
  { arbitrary: fc.constant<Fault>('none'), weight: 3 },
  {
    arbitrary: fc.constantFrom<Fault>(
      'no connection',
      'rejected with nothing',
      'thrown at once',
      'silence',
      'answer lost',
      'late',
      'no status',
    ),
    weight: 3,
  },
  { arbitrary: answers, weight: 3 },
);

/** A rotated refresh token whose answer is lost is gone for good: then only client credentials heal the chain. */
const healing = (config: TestConfig): TestConfig => ({ ...config, tokens: config.tokens.map((token) => ({ ...token, fallBackToClient: true })) });

const twoTokens = (config: TestConfig): TestConfig => ({
  ...config,
  tokens: config.tokens.flatMap((token) => [token, { ...token, tokenName: 'second', refreshPercent: 50 }]),
});

/** How many hops there may be once all is well: one for each refresh, each full sleep, and a few to get over what was. */
function mostHops({ config, limits: [timeLimit, buffer], lifetime }: Scenario): number {
  const seconds = HEALED_AFTER_MS / 1000;
  const refreshes = config.tokens.map(({ refreshPercent = 90 }) => seconds / ((lifetime * refreshPercent) / 100));
  return Math.ceil(refreshes.reduce((sum, count) => sum + count, 0) + seconds / (timeLimit - buffer)) + 10;
}

const scenario = fc.record({
  config: fc.constantFrom(...[CONFIG, healing(ROTATING_CONFIG), twoTokens(CONFIG)].flatMap((config) => [config, { ...config, alertUrl: ALERT_URL }])),
  limits: fc.constantFrom<[number, number]>([900, 5], [900, 1], [60, 10], [30, 2], [10, 5], [6, 5]),
  lifetime: fc.constantFrom(10, 60, 900, 3600),
  throwsOnStatus: fc.boolean(),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
  startupMs: fc.constantFrom(0, 1500, 60_000),
  hops: fc.array(fc.array(fault, { minLength: MOST_REQUESTS, maxLength: MOST_REQUESTS }), {
    minLength: 1,
    maxLength: 4,
  }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function worldOf({ config, limits: [timeLimit, buffer], lifetime, throwsOnStatus, random }: Scenario): HopWorld {
  const world = new HopWorld({ ...config, functionTimeLimitSeconds: timeLimit, functionBufferSeconds: buffer });
  Object.assign(world, { lifetime, throwsOnStatus, random: () => random });
  return world;
}

/** What holds for every instance, whatever happens to its requests. */
function expectSoundness(run: HopRun, { limits: [timeLimit] }: Scenario, startedWith: unknown): void {
  const triggers = run.requests.filter(({ to }) => to === 'trigger');
  expect(run.requests.length).toBeLessThanOrEqual(MOST_REQUESTS);
  expect(triggers.length).toBeGreaterThanOrEqual(1);
  expect(run.endedAt - run.startedAt).toBeLessThanOrEqual(timeLimit * 1000);
  if (run.error === undefined) {
    // What the Function takes for a success is one, or an answer that only looks like one.
    const accepted = triggers.some(
      (request) => request.fault === 'none' || (typeof request.fault === 'object' && request.fault.status < 300),
    );
    expect(accepted).toBe(true);
  } else {
    expect(run.error).toMatchObject({ code: 'trigger_failed' });
    expect(triggers.every((request) => request.fault !== 'none')).toBe(true);
  }
  // An alert is sent only once there is a successor, and has no second try.
  const afterTrigger = run.requests.slice(run.requests.map(({ to }) => to).lastIndexOf('trigger') + 1);
  expect(run.requests.filter(({ to }) => to === 'alert')).toEqual(afterTrigger);
  expect(afterTrigger.length).toBeLessThanOrEqual(run.error === undefined ? 1 : 0);
  const hop = (startedWith as { hop?: number }).hop ?? 0;
  for (const parameters of run.triggered) {
    expect(Object.keys(parameters).sort()).toEqual(['chainId', 'hop', 'wakeAt']);
    expect(parameters).toMatchObject({ hop: hop + 1, wakeAt: expect.any(Number) as unknown });
    expect(parameters['wakeAt'] as number).toBeGreaterThanOrEqual(run.startedAt);
  }
  const shown = JSON.stringify([run.triggered, run.log, String(run.error), run.error ?? null]);
  expect(shown).not.toContain('canary');
}

/** No token's trouble is told of twice within an hour, and nothing secret is told. */
function expectNoRepetition({ alerts }: HopWorld): void {
  const last = new Map<unknown, number>();
  for (const { at, body } of alerts) {
    for (const { level, token } of body['tokens'] as { level: string; token: string }[]) {
      if (level !== 'error') continue;
      expect(at - (last.get(token) ?? -Infinity)).toBeGreaterThanOrEqual(3_590_000);
      last.set(token, at);
    }
  }
  expect(JSON.stringify(alerts)).not.toContain('canary');
}

/** @param share of the chains that a soak tries */
export function testAnyFailures(share: number): void {
  const many = tries(250, share);

  afterEach(() => jest.restoreAllMocks());

  test('any schedule of failures: at most five requests, always a successor, nothing shown, and it heals', async () => {
    const seen = { told: 0, failed: 0, refreshed: 0, succeeded: 0 };
    await fc.assert(
      fc.asyncProperty(scenario, async (given) => {
        const world = worldOf(given);
        let parameters: unknown = {};
        for (const faults of given.hops) {
          const run = await world.run(parameters, faults);
          expectSoundness(run, given, parameters);
          seen[run.error === undefined ? 'succeeded' : 'failed'] += 1;
          // Where the platform refused to the end, an operator starts the chain again.
          parameters = run.triggered[0] ?? {};
          await world.clock.advanceBy(given.startupMs);
        }
        expectNoRepetition(world);
        // All is well again: within five minutes there is a living token, and the chain goes on.
        const healed = world.clock.now() + HEALED_AFTER_MS;
        let hops = 0;
        for (; world.clock.now() < healed; hops += 1) {
          const run = await world.run(parameters);
          expectSoundness(run, given, parameters);
          parameters = run.triggered[0];
          await world.clock.advanceBy(Math.max(given.startupMs, 1500));
        }
        expect(hops).toBeLessThanOrEqual(mostHops(given));
        expectNoRepetition(world);
        seen.told += world.alerts.length;
        for (const { tokenName = '' } of given.config.tokens) {
          const record = await world.stored(tokenName);
          expect(record).not.toBeNull();
          // A token shorter than the platform's start-up delay can't be kept alive.
          if (record !== null && given.lifetime > 60) expect(isExpired(record, world.clock.now())).toBe(false);
          seen.refreshed += 1;
        }
      }),
      many,
    );
    expect(seen.told).toBeGreaterThan(0);
    expect(seen.failed).toBeGreaterThan(many.numRuns / 50);
    expect(seen.succeeded).toBeGreaterThan(many.numRuns);
    expect(seen.refreshed).toBeGreaterThan(many.numRuns);
  });
}
