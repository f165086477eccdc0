import { AccessTokenError } from '../errors';
import type { Transport } from '../http';
import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import type { ChainToken, FunctionConfig, RefreshByFunction } from './config';
import { functionTransport } from './function-transport';
import type { HopParameters } from './parameters';
import type { HopEnvironment } from './platform';
import { RequestBudget } from './request-budget';

/** What one hop works with. */
export interface Hop extends HopEnvironment {
  config: FunctionConfig;
  chain: HopParameters;
  /** A name nobody else has, for leases. */
  owner: string;
  budget: RequestBudget;
  transport: Transport;
  /** Unix milliseconds: the instance is stopped by the platform. */
  end: number;
  /** Unix milliseconds: only the trigger may still be under way after this. */
  workEnd: number;
  /** Milliseconds within which the next hop beats, however late the platform starts it. */
  beatWithinMs: number;
  sleep: (ms: number) => Promise<void>;
  log: (message: string) => void;
}

/** The trigger's request is never spent on anything else. */
export const TRIGGER_RESERVE = 1;
const LONGEST_TRIGGER_TIME_MS = 2000;
/** A heartbeat is late when it misses the time limit by this share of it, for the platform's start-up delay. */
const GRACE_SHARE = 0.1;
const SHORTEST_GRACE_MS = 5000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Sets up what a hop works with, from the moment the instance started. */
export function prepareHop(config: FunctionConfig, chain: HopParameters, environment: HopEnvironment): Hop {
  const { now, random, setTimeout, console } = environment;
  const limitMs = config.functionTimeLimitSeconds * 1000;
  const end = now() + limitMs;
  const triggerTime = Math.min(LONGEST_TRIGGER_TIME_MS, (config.functionBufferSeconds * 1000) / 2);
  return {
    ...environment,
    config,
    chain,
    owner: `${chain.chainId}/${chain.hop}/${Math.floor(random() * 2 ** 32).toString(36)}`,
    budget: new RequestBudget(),
    transport: functionTransport(environment),
    end,
    workEnd: end - triggerTime,
    beatWithinMs: limitMs + Math.max(SHORTEST_GRACE_MS, limitMs * GRACE_SHARE),
    sleep: (ms) =>
      ms <= 0 ? Promise.resolve() : new Promise((resolve) => void setTimeout(resolve, Math.min(ms, LONGEST_TIMER_MS))),
    log: (message) => console.log(`[access-token] Chain ${chain.chainId}, hop ${chain.hop}: ${message}`),
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
 * The configured token of a name.
 *
 * @throws AccessTokenError store_error, for a name that was not asked for
 */
export function tokenOf(tokenName: string, { tokens }: RefreshByFunction): ChainToken {
  const token = tokens.find((candidate) => nameOf(candidate) === tokenName);
  if (token !== undefined) return token;
  throw new AccessTokenError('store_error', 'The store granted a token that was not asked for.');
}
