import { AccessTokenError } from '../errors';
import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { logLine } from '../log';
import { boundTo, settingsMark } from '../oauth';
import type { TokenEndpointConfig } from '../oauth';
import type { Marks } from '../refresh';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import type { World } from '../world';
import type { ChainToken, FunctionConfig, RefreshByFunction } from './config';
import { platformTransport } from '../http/platform-transport';
import { hopClock } from './hop-clock';
import type { HopParameters } from './parameters';
import type { HopEnvironment } from './platform';
import { RequestBudget } from './request-budget';

/** What one hop works with. Its `now` counts elapsed time, see `hopClock`. */
export interface Hop extends World, Pick<HopEnvironment, 'readTokenEndpoint'> {
  config: FunctionConfig;
  chain: HopParameters;
  /** Whether this chain has never reached its store or Flow. */
  first: boolean;
  /** A name for leases that only this instance has. */
  owner: string;
  budget: RequestBudget;
  /** The machine's own clock, Unix milliseconds. The next instance starts from it. */
  machineNow: () => number;
  /** The hop stops sleeping by then, Unix milliseconds. */
  sleepEnd: number;
  /** After this, only the trigger may still run, Unix milliseconds. */
  workEnd: number;
  /** The platform stops the instance then, Unix milliseconds. */
  end: number;
  /** The next hop reports within this time, milliseconds, however late the platform starts it. */
  beatWithinMs: number;
}

/** Requests kept for the trigger. */
export const TRIGGER_RESERVE = 1;
/**
 * The trigger's time at the end of an instance, milliseconds: enough to outlast a 90-second outage of the management
 * API and then send one more request.
 */
const TRIGGER_TIME_MS = 101_000;
/** The least time for the trigger, however short the instance, milliseconds. */
const SHORTEST_TRIGGER_TIME_MS = 2000;
/** The time for heartbeat and refresh before that, milliseconds. */
const WORK_TIME_MS = 29_000;
/** The platform's time limit, milliseconds. A shorter one shrinks both times in proportion. */
const FULL_LIMIT_MS = 900_000;
/** A heartbeat may come later than the time limit by this share of it, because the platform may start the hop late. */
const GRACE_SHARE = 0.1;
const SHORTEST_GRACE_MS = 5000;

/** Prepares what a hop works with. Call it when the instance starts. */
export function prepareHop(
  config: FunctionConfig,
  { chain, first }: Pick<Hop, 'chain' | 'first'>,
  environment: HopEnvironment,
): Hop {
  const { random, console, readTokenEndpoint } = environment;
  const clock = hopClock(environment);
  const limitMs = config.functionTimeLimitSeconds * 1000;
  const share = Math.min(1, limitMs / FULL_LIMIT_MS);
  const end = clock.now() + limitMs;
  const bufferMs = config.functionBufferSeconds * 1000;
  const workEnd = end - Math.max(TRIGGER_TIME_MS * share, Math.min(SHORTEST_TRIGGER_TIME_MS, bufferMs / 2));
  return {
    config,
    chain,
    first,
    random,
    readTokenEndpoint,
    machineNow: environment.now,
    now: clock.now,
    sleep: clock.sleep,
    transport: clock.timed(platformTransport(environment)),
    owner: `${chain.chainId}/${chain.hop}/${Math.floor(random() * 2 ** 32).toString(36)}`,
    budget: new RequestBudget(),
    sleepEnd: Math.min(workEnd - WORK_TIME_MS * share, end - bufferMs),
    workEnd,
    end,
    beatWithinMs: limitMs + Math.max(SHORTEST_GRACE_MS, limitMs * GRACE_SHARE),
    log: (level, code, message, facts) => {
      const line = logLine(level, code, message, { ...facts, chain: chain.chainId, hop: chain.hop });
      if (level === 'info') console.log(line);
      else console.error(line);
    },
  };
}

/** The token's name in the store. */
export function nameOf(token: ChainToken): string {
  return token.tokenName ?? DEFAULT_TOKEN_NAME;
}

export function refreshPercentOf(token: ChainToken): number {
  return token.refreshPercent ?? DEFAULT_REFRESH_PERCENT;
}

/**
 * The checked settings of a token.
 *
 * @throws AccessTokenError the errors of its way to get a token
 */
export function endpointOf(token: ChainToken, { config: { allowInsecure = false }, readTokenEndpoint }: Pick<Hop, 'config' | 'readTokenEndpoint'>): TokenEndpointConfig {
  return readTokenEndpoint(token, { allowInsecure });
}

/** What a token is for, and which settings refresh it. Empty if the settings are wrong; the refresh then reports that. */
export function marksOf(token: ChainToken, hop: Pick<Hop, 'config' | 'readTokenEndpoint'>): Partial<Marks> {
  try {
    const config = endpointOf(token, hop);
    return { boundTo: boundTo(config), settings: settingsMark(config) };
  } catch {
    return {};
  }
}

/**
 * The configured token with this name.
 *
 * @throws AccessTokenError store_error if nobody asked for such a token
 */
export function tokenOf(tokenName: string, { tokens }: RefreshByFunction): ChainToken {
  const token = tokens.find((candidate) => nameOf(candidate) === tokenName);
  if (token !== undefined) return token;
  throw new AccessTokenError('store_error', 'The store granted a token that was not asked for.');
}
