import { AccessTokenError } from '../../src/errors';
import { StoreEngine } from '../../src/stores';
import type { TokenRecord } from '../../src/lifetime';
import type { CommitResult, TokenStore } from '../../src/stores';
import { recordOf, START } from '../support/token-records';
import { clientConfig, issue, TokenWorld, UNREACHABLE } from '../support/token-world';

let world: TokenWorld;
beforeEach(() => {
  world = new TokenWorld();
  world.tokenAnswer = (_, index) => issue(`fresh ${index}`, { refresh_token: `rotated ${index}` });
});
afterEach(() => jest.restoreAllMocks());

const ROTATING = { config: clientConfig({ refreshToken: 'configured' }) };

/** The store does not take commits for a while. */
function refuseCommitsFor(ms: number, fault: typeof UNREACHABLE | { status: number } = UNREACHABLE): void {
  let since: number | undefined;
  world.storeFault = ({ op }) => {
    if (op !== 'commit') return undefined;
    since ??= world.clock.now();
    return world.clock.now() < since + ms ? fault : undefined;
  };
}

describe('a rotated refresh token exists nowhere else', () => {
  test.each<[number, typeof UNREACHABLE | { status: number }]>([
    [300, UNREACHABLE],
    [1000, UNREACHABLE],
    [3000, { status: 503 }],
    [10_000, UNREACHABLE],
  ])('a store that is away for %d ms at the commit loses none: it is tried until the deadline', async (ms, fault) => {
    refuseCommitsFor(ms, fault);
    const { warning, refreshed } = await world.get(ROTATING);
    expect({ warning, refreshed }).toEqual({ refreshed: true });
    expect((await world.stored()).record?.token.refresh_token).toBe('rotated 0');
  });

  test('a store that stays away is told of, within the time', async () => {
    refuseCommitsFor(Infinity);
    const handedOut = await world.get(ROTATING);
    expect(handedOut).toMatchObject({ refreshed: true, warning: { code: 'store_unreachable' } });
    expect(world.clock.now()).toBeLessThanOrEqual(START + 14_000);
  });

  test('for client credentials nobody waits that long', async () => {
    world.tokenAnswer = () => issue('fresh');
    refuseCommitsFor(Infinity);
    await world.get();
    expect(world.clock.now() - START).toBeLessThan(2000);
  });

  /** A store whose commits find other records, one after the other. */
  function conflicting(...others: (TokenRecord | null)[]): TokenStore {
    return new Proxy(world.store, {
      get: (store, name) => {
        if (name !== 'commit') return Reflect.get(store, name) as unknown;
        return (...values: Parameters<TokenStore['commit']>): Promise<CommitResult> => {
          const record = others.shift();
          return record === undefined ? store.commit(...values) : Promise.resolve({ status: 'version_conflict', record });
        };
      },
    });
  }

  const dead = (version: number): TokenRecord => ({ ...recordOf('dead', START - 500_000), version });

  test('refused twice by records that are of no use, it is stored in the end', async () => {
    const tried: number[] = [];
    const store = conflicting(dead(4), dead(5));
    const spy = new Proxy(store, {
      get: (target, name) => {
        const member = Reflect.get(target, name) as unknown;
        if (name !== 'commit') return member;
        return (request: Parameters<TokenStore['commit']>[0]) => {
          tried.push(request.ifVersion);
          return target.commit({ ...request, ifVersion: tried.length > 2 ? 0 : request.ifVersion });
        };
      },
    });
    await expect(world.get(ROTATING, { store: spy })).resolves.not.toHaveProperty('warning');
    expect(tried).toEqual([0, 4, 5]);
    expect((await world.stored()).record?.token.refresh_token).toBe('rotated 0');
  });

  test('that is stored, and may be lost all the same, is warned of', async () => {
    const warning = new AccessTokenError('commit_not_replicated', 'No replica has it.', { transient: true });
    const unsure = new Proxy(world.store, {
      get: (store, name) => {
        if (name !== 'commit') return Reflect.get(store, name) as unknown;
        return async (...values: Parameters<TokenStore['commit']>) => ({ ...(await store.commit(...values)), warning });
      },
    });
    const handedOut = await world.get(ROTATING, { store: unsure });
    expect(handedOut).toMatchObject({ refreshed: true, stale: false, warning });
    expect((await world.stored()).record?.token.refresh_token).toBe('rotated 0');
  });

  test('that can never be stored is warned of', async () => {
    const handedOut = await world.get(ROTATING, { store: conflicting(...Array.from({ length: 20 }, (_, index) => dead(index))) });
    expect(handedOut).toMatchObject({ refreshed: true, warning: { code: 'refresh_token_not_kept' } });
  });

  test.each([undefined, 'configured'])('that meets a living token whose refresh token is %p takes its place', async (refresh_token) => {
    const worthLess = { ...recordOf('worth less', START, refresh_token === undefined ? {} : { refresh_token }), version: 0 };
    await expect(world.get(ROTATING, { store: conflicting(worthLess) })).resolves.not.toHaveProperty('warning');
    expect((await world.stored()).record?.token).toMatchObject({ access_token: 'fresh 0', refresh_token: 'rotated 0' });
  });

  test('whose time the store refuses is stored with an earlier one: a worker of the store has another clock', async () => {
    const times: number[] = [];
    const refusing = new Proxy(world.store, {
      get: (store, name) => {
        if (name !== 'commit') return Reflect.get(store, name) as unknown;
        return (request: Parameters<TokenStore['commit']>[0]): Promise<CommitResult> => {
          times.push(request.record.timestamp);
          if (times.length > 1) return store.commit(request);
          throw new AccessTokenError('store_error', 'The store refused the member "timestamp".', { field: 'timestamp', status: 400 });
        };
      },
    });
    await expect(world.get(ROTATING, { store: refusing })).resolves.not.toHaveProperty('warning');
    expect(times[1]).toBeLessThan(times[0] ?? 0);
    expect((await world.stored()).record?.token.refresh_token).toBe('rotated 0');
  });

  test.each(['store_not_installed', 'invalid_endpoint_secret', 'store_refused'] as const)('an error that is mostly final (%s) is not, for once', async (code) => {
    let tries = 0;
    const store = new Proxy(world.store, {
      get: (target, name) => {
        if (name !== 'commit') return Reflect.get(target, name) as unknown;
        return (request: Parameters<TokenStore['commit']>[0]): Promise<CommitResult> => {
          tries += 1;
          return tries > 3 ? target.commit(request) : Promise.reject(new AccessTokenError(code, 'Not now.'));
        };
      },
    });
    await expect(world.get(ROTATING, { store })).resolves.not.toHaveProperty('warning');
    expect((await world.stored()).record?.token.refresh_token).toBe('rotated 0');
  });

  test('that lost against a living token of somebody else is warned of', async () => {
    const theirs = { ...recordOf('theirs', START, { refresh_token: 'theirs too' }), version: 9 };
    const handedOut = await world.get(ROTATING, { store: conflicting(theirs) });
    expect(handedOut).toMatchObject({ record: theirs, refreshed: false, warning: { code: 'refresh_token_not_kept' } });
  });
});

describe('a store that can be read, and not be written', () => {
  const REFUSALS = [
    new AccessTokenError('store_error', "Redis can't serve at the moment (OOM).", { transient: true }),
    new AccessTokenError('store_error', "Redis can't serve at the moment (NOREPLICAS).", { transient: true }),
    new AccessTokenError('store_read_only', 'Redis is a read-only replica.', { transient: true }),
    new AccessTokenError('store_refused', 'Redis refused the user or the password.'),
  ];

  function readOnly(problem: AccessTokenError, record: TokenRecord | null): TokenStore {
    const port = {
      keepsRefreshTokens: true,
      isAtomic: true,
      load: () => Promise.resolve({ parts: { record }, revision: undefined, now: world.clock.now() }) as never,
      save: () => Promise.reject(problem),
      close: () => undefined,
    };
    return new StoreEngine(port);
  }

  test.each(REFUSALS.map((error): [string, AccessTokenError] => [error.message, error]))('%s: a due but valid token is handed out', async (_, error) => {
    const due = { ...recordOf('due', START - 95_000), version: 3 };
    const handedOut = await world.get({}, { store: readOnly(error, due) });
    expect(handedOut).toMatchObject({ record: due, stale: true, warning: { code: error.code } });
    expect(world.tokenRequests).toEqual([]);
  });

  test.each(REFUSALS.map((error): [string, AccessTokenError] => [error.message, error]))('%s: without a valid token it is the error, at once', async (_, error) => {
    const config = clientConfig({ refreshToken: 'not to be spent without a store' });
    await expect(world.get({ config }, { store: readOnly(error, null) })).rejects.toMatchObject({ code: error.code });
    expect(world.clock.now()).toBe(START);
  });

  test.each(REFUSALS.filter(({ transient }) => transient).map((error): [string, AccessTokenError] => [error.message, error]))('%s: client credentials are asked for without it', async (_, error) => {
    await expect(world.get({}, { store: readOnly(error, null) })).resolves.toMatchObject({ refreshed: true, warning: { code: error.code } });
  });

  test('a fresh one is handed out as ever', async () => {
    const fresh = { ...recordOf('fresh', START - 5000), version: 3 };
    const handedOut = await world.get({}, { store: readOnly(new AccessTokenError('store_read_only', 'Redis is a read-only replica.'), fresh) });
    expect(handedOut).toMatchObject({ record: fresh, stale: false });
  });
});

test('while the failure gate is closed nothing is written', async () => {
  await world.keep('living', 95_000);
  world.tokenAnswer = () => ({ status: 503, data: 'down' });
  await world.get();
  const before = world.sessions.dump();
  world.operations.length = 0;
  await expect(world.get({}, { owner: 'gated' })).resolves.toMatchObject({ stale: true });
  expect(world.operations.map(({ op }) => op)).toEqual(['checkout']);
  expect(world.sessions.dump()).toBe(before);
  expect(world.tokenRequests).toHaveLength(1);
  expect((await world.stored()).record?.token.access_token).toBe('living');
});
