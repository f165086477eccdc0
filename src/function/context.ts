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

/** What one hop works with. Its `now` counts the time that passes, see `hopClock`. */
export interface Hop extends World, Pick<HopEnvironment, 'readTokenEndpoint'> {
  config: FunctionConfig;
  chain: HopParameters;
  /** Whether this chain has never beaten. */
  first: boolean;
  /** A name nobody else has, for leases. */
  owner: string;
  budget: RequestBudget;
  /** The machine's own clock, Unix milliseconds: what the next instance will go by. */
  machineNow: () => number;
  /** Unix milliseconds: no hop sleeps longer. */
  sleepEnd: number;
  /** Unix milliseconds: only the trigger may still be under way after this. */
  workEnd: number;
  /** Unix milliseconds: the instance is stopped by the platform. */
  end: number;
  /** Milliseconds within which the next hop beats, however late the platform starts it. */
  beatWithinMs: number;
}

/** The trigger's request is never spent on anything else. */
export const TRIGGER_RESERVE = 1;
/**
 * What the trigger has at the end of an instance, milliseconds: an outage of the management API of a minute and a half, at
 * any moment, and the time for one more request.
 */
const TRIGGER_TIME_MS = 101_000;
/** However short the instance is, milliseconds. */
const SHORTEST_TRIGGER_TIME_MS = 2000;
/** What beat and refresh have before that, milliseconds. */
const WORK_TIME_MS = 29_000;
/** An instance that lives for a shorter time than the platform's 900 s has as much less for both. */
const FULL_LIMIT_MS = 900_000;
/** A heartbeat is late when it misses the time limit by this share of it, for the platform's start-up delay. */
const GRACE_SHARE = 0.1;
const SHORTEST_GRACE_MS = 5000;

/** Sets up what a hop works with, from the moment the instance started. */
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

/** The checked settings of a token. @throws AccessTokenError those of the way that it is got */
export function endpointOf(token: ChainToken, { config: { allowInsecure = false }, readTokenEndpoint }: Pick<Hop, 'config' | 'readTokenEndpoint'>): TokenEndpointConfig {
  return readTokenEndpoint(token, { allowInsecure });
}

/** What a token is for, and with which settings it is refreshed; where those are wrong, its refresh will say so. */
export function marksOf(token: ChainToken, hop: Pick<Hop, 'config' | 'readTokenEndpoint'>): Partial<Marks> {
  try {
    const config = endpointOf(token, hop);
    return { boundTo: boundTo(config), settings: settingsMark(config) };
  } catch {
    return {};
  }
}

/**
 * The configured token of a name.
 *
 * @throws AccessTokenError store_error, for a name that was not asked for
 */
export function tokenOf(tokenName: string, { tokens }: RefreshByFunction): ChainToken {
  const token = tokens.find((candidate) => nameOf(candidate) === tokenName);
  if (token !== undefined) return token;
  throw new AccessTokenError('store_error', 'The store granted a token that was not asked for.');
}
