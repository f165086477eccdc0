import type { AccessTokenError } from '../errors';
import { expiresAt, refreshAt } from '../lifetime';
import type { RefreshFailure } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import type { ScheduleEntry } from '../stores/protocol';
import type { Heartbeat } from '../stores/token-store';
import type { KeptToken } from './keep-token';
import type { NodeConfig } from './node-config';

/** What the chain reads from the node's output, under `accessTokenChain`. */
export interface ChainAnswer {
  /** `false`: a newer chain is at work, the asking one ends. */
  continue: boolean;
  schedule: ScheduleEntry[];
}

/** Without a better word the chain comes back after this, milliseconds. */
const DEFAULT_PAUSE_MS = 5000;

/** Finds the background chain's heartbeat in a message. */
export function readHeartbeat(input: { data?: unknown } | undefined): Heartbeat | undefined {
  const { accessTokenChain: sent } = (input?.data ?? {}) as { accessTokenChain?: unknown };
  if (typeof sent !== 'object' || sent === null) return undefined;
  const { chainId, hop, owner, beatWithinMs } = sent as Partial<Record<keyof Heartbeat, unknown>>;
  if (typeof chainId !== 'string' || typeof owner !== 'string') return undefined;
  if (typeof hop !== 'number' || typeof beatWithinMs !== 'number') return undefined;
  return { chainId, hop, owner, beatWithinMs };
}

/**
 * Tells the chain when this node's token is due next.
 *
 * @param outcome the token, or why there is none
 * @param now Unix milliseconds
 */
export function chainAnswer(
  outcome: KeptToken | AccessTokenError,
  config: NodeConfig,
  now: number,
): ChainAnswer {
  const tokenName = config.tokenName ?? DEFAULT_TOKEN_NAME;
  if (outcome instanceof Error) {
    const entry = { tokenName, refreshAt: 0, expiresAt: 0, version: 0, failure: failureOf(outcome, now) };
    return { continue: true, schedule: [entry] };
  }
  const { handedOut, refreshPercent, chainGoesOn } = outcome;
  const { record, warning } = handedOut;
  const entry: ScheduleEntry = {
    tokenName,
    refreshAt: refreshAt(record, refreshPercent),
    expiresAt: expiresAt(record),
    version: record.version,
  };
  if (warning !== undefined) entry.failure = failureOf(warning, now);
  return { continue: chainGoesOn, schedule: [entry] };
}

function failureOf({ code, retryAt }: AccessTokenError, now: number): RefreshFailure {
  return { code, at: now, attempts: 1, retryAt: retryAt ?? now + DEFAULT_PAUSE_MS };
}
