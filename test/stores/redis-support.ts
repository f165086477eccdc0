import { AccessTokenError } from '../../src/errors';
import { keepToken } from '../../src/nodes/keep-token';
import type { KeptToken } from '../../src/nodes/keep-token';
import type { NodeConfig } from '../../src/nodes/node-config';
import { HeldTime } from '../support/held-time.cjs';
import { recordOf } from '../support/token-records';

/** What a node may take all in all, and what it gives one answer of the store, milliseconds. */
export const NODE_LIMIT_MS = 15_000;
export const STORE_LIMIT_MS = 4000;
/** All timers are this time's, but those of the tests' own client. */
const SHORTEST_PAUSE_MS = 100;

export type RedisConnection = NonNullable<NodeConfig['redisConnection']>;

export interface Tried {
  result: KeptToken | AccessTokenError;
  /** What it waited for, pauses and limits: the time of the machine is not in it. */
  tookMs: number;
  tokenRequests: number;
  /** Everything that was said on the way. */
  said: string;
}

export interface World {
  /** Whether the conversation has a copy of its own: due to be refreshed, and valid for a while. */
  hasCopy?: boolean;
  onTokenRequest?: (time: HeldTime) => Promise<void>;
  /** Before any pause, also those between two connections. */
  beforePause?: () => Promise<unknown>;
  /** Before the pauses between two tries of a node. */
  beforeNextTry?: () => Promise<unknown>;
  /** The store never answers, so waiting for it ends with its limit: once it has heard what this says. */
  isSilent?: boolean | (() => boolean);
}

/** Does something in a time of its own: see `HeldTime`. */
export async function inHeldTime<T>(
  work: (time: HeldTime) => Promise<T>,
  beforePause: () => Promise<unknown> = async () => undefined,
): Promise<T> {
  const time = new HeldTime({ now: Date.now(), shortestPauseMs: SHORTEST_PAUSE_MS, beforePause });
  time.install();
  try {
    return await time.run(() => work(time));
  } finally {
    time.uninstall();
  }
}

/** Does what a node does, in a time of its own, with a token endpoint that issues `fresh`. */
export function runNode(redisConnection: RedisConnection, world: World = {}): Promise<Tried> {
  return inHeldTime((time) => tryNode(redisConnection, world, time), world.beforePause);
}

async function tryNode(
  redisConnection: RedisConnection,
  { hasCopy = false, onTokenRequest, beforeNextTry, isSilent = false }: World,
  time: HeldTime,
): Promise<Tried> {
  const start = time.now();
  const copy = hasCopy ? { ...recordOf('of this conversation', start - 92_000), version: 1 } : null;
  const said: unknown[] = [];
  const spies = (['log', 'info', 'warn', 'error'] as const).map((level) =>
    jest.spyOn(console, level).mockImplementation((...values: unknown[]) => void said.push(...values)),
  );
  let tokenRequests = 0;
  const environment = {
    copies: { get: () => copy, put: () => undefined, remove: () => undefined },
    transport: async () => {
      tokenRequests += 1;
      await onTokenRequest?.(time);
      const data = { access_token: 'fresh', token_type: 'Bearer', expires_in: 100 };
      return { status: 200, headers: {}, data };
    },
    now: () => time.now(),
    sleep: async (ms: number) => {
      await beforeNextTry?.();
      await time.sleep(ms);
    },
    random: () => 0.5,
    log: (...note: unknown[]) => void said.push(...note),
  };
  const connection = { tokenUrl: 'https://login.example.com/token', clientId: 'client', clientSecret: 'secret' };
  if (isSilent !== false) time.noAnswerWillCome(isSilent === true ? undefined : isSilent);
  try {
    const result = await keepToken({ connection, store: 'redis', redisConnection }, environment).catch((thrown: unknown) => {
      if (thrown instanceof AccessTokenError) return thrown;
      throw thrown;
    });
    return { result, tookMs: time.now() - start, tokenRequests, said: JSON.stringify(said) };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export function visible({ result, said }: Tried): string {
  const { message, stack } = result instanceof Error ? result : { message: '', stack: '' };
  return `${message} ${stack ?? ''} ${JSON.stringify(result)} ${said}`;
}

/** What the conversation and, without its copy, the user gets where Redis can't be used. */
export async function expectRefusal(
  connection: RedisConnection,
  expected: { code: string; message: string; transient: boolean },
  world: World = {},
): Promise<Tried[]> {
  const withCopy = await runNode(connection, { ...world, hasCopy: true });
  expect(withCopy.result).toMatchObject({
    handedOut: {
      record: { token: { access_token: 'of this conversation' } },
      source: 'conversation',
      stale: true,
      warning: expected,
    },
  });
  const without = await runNode(connection, world);
  const isOutage = expected.transient;
  // Client credentials are asked for without the store, where that is only away: one more token does no harm.
  const instead = { handedOut: { record: { token: { access_token: 'fresh' } }, refreshed: true, warning: expected } };
  expect(without.result).toMatchObject(isOutage ? instead : expected);
  expect([withCopy.tokenRequests, without.tokenRequests]).toEqual([0, isOutage ? 1 : 0]);
  for (const tried of [withCopy, without]) {
    expect(visible(tried)).not.toContain('canary');
    expect(tried.tookMs).toBeLessThan(NODE_LIMIT_MS);
  }
  return [withCopy, without];
}
