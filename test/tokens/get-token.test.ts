import { USUAL_SHAPE } from '../support/token-endpoint';
import type { TokenRecord } from '../../src/lifetime';
import { getToken, toResult } from '../../src/refresh';
import { fingerprint, recordOf, START } from '../support/token-records';
import { clientConfig, DEADLINE_MS, issue, NAME, TokenWorld, UNREACHABLE } from '../support/token-world';
import { inVirtualTime, sleepOn } from '../support/virtual-time';

const MARK: unknown = expect.stringMatching(/^[0-9a-f]{16}$/);

let world: TokenWorld;

beforeEach(() => {
  world = new TokenWorld();
});

afterEach(() => {
  jest.restoreAllMocks();
});

function copyOf(access_token: string, ageMs: number): TokenRecord {
  return { ...recordOf(access_token, world.clock.now() - ageMs), version: 1 };
}

describe("this conversation's own copy", () => {
  test('is used without any request while it is not expiring', async () => {
    const copy = copyOf('own', 89_000);
    await expect(world.get({ copy })).resolves.toMatchObject({
      record: copy,
      source: 'conversation',
      refreshed: false,
      stale: false,
    });
    expect(world.events).toEqual([]);
    expect(world.clock.now()).toBe(START);
  });

  test('is not used from refreshAt on', async () => {
    await world.keep("the store's", 10_000);
    await expect(world.get({ copy: copyOf('own', 90_000) })).resolves.toMatchObject({
      source: 'store',
      stale: false,
    });
    expect(world.events).toEqual(['checkout: "not_needed"']);
  });

  test('a missing one is no obstacle', async () => {
    await world.keep("the store's", 10_000);
    await expect(world.get({ copy: null })).resolves.toMatchObject({ source: 'store' });
  });
});

describe('a valid token in the store', () => {
  test('costs one round trip', async () => {
    const record = await world.keep('valid', 10_000);
    await expect(world.get()).resolves.toMatchObject({ record, source: 'store', refreshed: false, stale: false });
    expect(world.events).toEqual(['checkout: "not_needed"']);
    expect(world.operations).toEqual([
      { op: 'checkout', tokenName: NAME, owner: 'this execution', leaseMs: 15_000, refreshPercent: 90, boundTo: MARK, settings: MARK },
    ]);
  });

  test('is believed also where our own clock is ahead of the store', async () => {
    const record = await world.keep('valid for the store', 10_000);
    const ahead = { now: () => world.clock.now() + 200_000 };
    await expect(world.get({ deadline: START + 300_000 }, ahead)).resolves.toMatchObject({
      record,
      source: 'store',
      stale: false,
    });
  });
});

describe('a refresh', () => {
  test.each([
    ['of a missing token', undefined],
    ['of an expiring token', 90_000],
    ['of an expired token', 500_000],
  ])('%s: checkout, token request, commit, and only then the token is handed out', async (_, ageMs) => {
    const replaced = ageMs === undefined ? 0 : (await world.keep('old', ageMs)).version;
    const handedOut = await world.get();
    expect(world.events).toEqual([
      'checkout: "granted"',
      'token request: client_credentials',
      `commit: ${replaced + 1}`,
    ]);
    expect(handedOut).toMatchObject({
      source: 'token_endpoint',
      refreshed: true,
      stale: false,
      record: { version: replaced + 1 },
    });
    expect(handedOut.record).toEqual((await world.stored()).record);
    expect(handedOut.warning).toBeUndefined();
  });

  test('dates the token from before the request left', async () => {
    world.tokenLatencyMs = 3900;
    await world.clock.advanceBy(900);
    const { record } = await world.get();
    expect(record.timestamp).toBe(START / 1000);
    expect(world.clock.now()).toBeGreaterThan(START + 4000);
  });

  test.each([
    ['more than two seconds are left: it is tried once', 97_000, 1],
    ['less is left: it is tried as often as for an expired token', 98_000, 3],
  ])('of a token of which %s', async (_, ageMs, tries) => {
    await world.keep('ending', ageMs);
    world.tokenAnswer = (__, index) => (index < 2 ? { status: 503 } : issue('fresh'));
    await world.get();
    expect(world.tokenRequests).toHaveLength(tries);
  });

  test('leaves the lease free', async () => {
    await world.get();
    await world.keep('expired at once', 100_000);
    await expect(world.get({}, { owner: 'another' })).resolves.toMatchObject({ refreshed: true });
  });
});

describe('a lease held by another execution', () => {
  test('with a token that is still valid: it is used, at once', async () => {
    const record = await world.keep('expiring', 95_000);
    await world.hold(15_000);
    await expect(world.get()).resolves.toMatchObject({ record, source: 'store', refreshed: false, stale: false });
    expect(world.events).toEqual(['checkout: "held"']);
  });

  test("with one that ends within two seconds: it waits for the other's token", async () => {
    await world.keep('ends before the API sees it', 98_000);
    await world.hold(15_000);
    world.clock.setTimeout(() => void world.keep("the other's", 0), 700);
    await expect(world.get()).resolves.toMatchObject({
      record: { token: { access_token: "the other's" } },
      source: 'store',
      stale: false,
    });
    expect(world.tokenRequests).toEqual([]);
  });

  test('with one that has more than two seconds left: it is used, at once', async () => {
    const record = await world.keep('just long enough', 97_000);
    await world.hold(15_000);
    await expect(world.get()).resolves.toMatchObject({ record, source: 'store' });
    expect(world.events).toEqual(['checkout: "held"']);
  });

  test('with one that ends within two seconds and no time to wait: it is used', async () => {
    const record = await world.keep('better than nothing', 98_000);
    await world.hold(15_000);
    await expect(world.get({ deadline: START + 2550 })).resolves.toMatchObject({ record, source: 'store' });
  });

  test("with an expired one: it waits for the other's token", async () => {
    await world.keep('expired', 100_000);
    await world.hold(15_000);
    world.clock.setTimeout(() => void world.keep("the other's", 0), 1700);
    const handedOut = await world.get();
    expect(handedOut).toMatchObject({
      record: { token: { access_token: "the other's" } },
      source: 'store',
      refreshed: false,
    });
    expect(world.tokenRequests).toEqual([]);
    expect(world.clock.now()).toBeGreaterThan(START + 1700);
    expect(world.clock.now()).toBeLessThan(START + 4000);
  });

  test('the waits grow, so that the store is not stormed', async () => {
    await world.hold(15_000);
    const times: number[] = [];
    world.storeFault = () => void times.push(world.clock.now());
    await expect(world.get()).rejects.toMatchObject({ code: 'refresh_in_progress' });
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    // Nobody looks away for longer than a second: a lease that lapses is taken over soon.
    expect(Math.max(...waits)).toBeLessThanOrEqual(1100);
    expect(waits.length).toBeLessThan(15);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
  });

  test('to the deadline and beyond: refresh_in_progress, inside the time', async () => {
    await world.keep('expired', 100_000);
    await world.hold(60_000);
    await expect(world.get()).rejects.toMatchObject({ code: 'refresh_in_progress', transient: true });
    expect(world.clock.now()).toBeGreaterThan(START + DEADLINE_MS / 2);
    expect(world.clock.now()).toBeLessThanOrEqual(START + DEADLINE_MS);
    expect(world.tokenRequests).toEqual([]);
  });

  test('that lapses meanwhile is taken over', async () => {
    await world.hold(3000, 'one that was killed');
    await expect(world.get()).resolves.toMatchObject({ refreshed: true, source: 'token_endpoint' });
    expect(world.tokenRequests).toHaveLength(1);
    expect(world.clock.now()).toBeGreaterThan(START + 3000);
  });

  test('100 that start one after the other on an expired token: one token request', async () => {
    await world.keep('expired', 100_000);
    const executions = Array.from({ length: 100 }, async (_, index) => {
      await sleepOn(world.clock)(index);
      return getToken(world.request(), world.environment({ owner: `execution ${index}`, random: () => index / 100 }));
    });
    const handedOut = await inVirtualTime(world.clock, Promise.all(executions));
    expect(world.tokenRequests).toHaveLength(1);
    expect(handedOut.filter(({ refreshed }) => refreshed)).toHaveLength(1);
    expect(new Set(handedOut.map(({ record }) => record.token.access_token))).toEqual(new Set(['fresh 1']));
  });

  test('100 that start at the very same moment: all use one token, whichever was committed first', async () => {
    // Session storage has no compare-and-set: all of them read before the first lease is written.
    await world.keep('expired', 100_000);
    const executions = Array.from({ length: 100 }, (_, index) =>
      getToken(world.request(), world.environment({ owner: `execution ${index}` })),
    );
    const handedOut = await inVirtualTime(world.clock, Promise.all(executions));
    const stored = (await world.stored()).record?.token.access_token;
    const others = handedOut.filter(({ record }) => record.token.access_token !== stored);
    expect(others).toHaveLength(0);
  });
});

describe('a token that the API refused', () => {
  async function rejected(access_token: string): Promise<string> {
    return fingerprint(access_token);
  }

  test('is refreshed although it is not expiring, and not handed out again', async () => {
    const copy = await world.keep('refused', 10_000);
    const handedOut = await world.get({ copy, rejected: await rejected('refused') });
    expect(handedOut).toMatchObject({ refreshed: true, record: { token: { access_token: 'fresh 1' }, version: 2 } });
  });

  test('is replaced by one that says so; one that has only expired is not', async () => {
    await world.keep('refused', 10_000);
    expect((await world.get({ rejected: await rejected('refused') })).record.token).toMatchObject({ access_token: 'fresh 1', after_rejection: true });
    expect((await world.stored()).record?.token).toHaveProperty('after_rejection', true);
    await world.keep('expired', 100_000);
    expect((await world.get({ rejected: await rejected('another') })).record.token).not.toHaveProperty('after_rejection');
  });

  test('is refreshed once: the next who was refused gets the new one', async () => {
    await world.keep('refused', 10_000);
    await world.get({ rejected: await rejected('refused') });
    const second = await world.get({ rejected: await rejected('refused') }, { owner: 'the next' });
    expect(second).toMatchObject({
      refreshed: false,
      source: 'store',
      record: { token: { access_token: 'fresh 1' } },
    });
    expect(world.tokenRequests).toHaveLength(1);
  });

  test('that has been replaced already is not refreshed', async () => {
    await world.keep('the next one', 10_000);
    const handedOut = await world.get({ rejected: await rejected('refused') });
    expect(handedOut).toMatchObject({
      refreshed: false,
      source: 'store',
      record: { token: { access_token: 'the next one' } },
    });
    expect(world.tokenRequests).toEqual([]);
  });

  test('is not handed out while another refreshes it', async () => {
    await world.keep('refused', 10_000);
    const fingerprint = await rejected('refused');
    await world.endpoint.operate({
      op: 'checkout',
      tokenName: NAME,
      owner: 'another',
      leaseMs: 60_000,
      refreshPercent: 90,
      rejected: fingerprint,
    });
    await expect(world.get({ rejected: fingerprint })).rejects.toMatchObject({ code: 'refresh_in_progress' });
    world.clock.setTimeout(() => void world.keep("the other's", 0), 1000);
    await expect(world.get({ rejected: fingerprint })).resolves.toMatchObject({
      record: { token: { access_token: "the other's" } },
    });
  });

  test('is not handed out when it cannot be refreshed', async () => {
    const copy = await world.keep('refused', 10_000);
    world.tokenAnswer = () => UNREACHABLE;
    const request = { copy, rejected: await rejected('refused') };
    await expect(world.get(request)).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
    await expect(world.get(request)).rejects.toMatchObject({ code: 'token_endpoint_unreachable' });
    expect(world.tokenRequests.length).toBeLessThanOrEqual(3);
  });

  test("an own copy of another token is good, if the store can't be asked", async () => {
    world.storeFault = () => UNREACHABLE;
    const copy = copyOf('own', 95_000);
    await expect(world.get({ copy, rejected: await rejected('refused') })).resolves.toMatchObject({
      record: copy,
      stale: true,
    });
    const config = clientConfig({ refreshToken: 'not to be spent without a store' });
    await expect(world.get({ copy, config, rejected: await rejected('own') })).rejects.toMatchObject({
      code: 'store_unreachable',
    });
  });
});

test('the result of a hand-out never shows a refresh token', async () => {
  await world.keep('with refresh token', 10_000, { refresh_token: 'canary-refresh-token' });
  const result = toResult(await world.get(), 90, USUAL_SHAPE);
  expect(JSON.stringify(result)).not.toContain('canary');
});
