import { isAccessTokenError } from '../errors';
import type { AccessTokenError } from '../errors';
import { tidy } from '../http';
import { isObject } from '../json';
import { expiresAt, refreshAt } from '../lifetime';
import type { RefreshFailure } from '../lifetime';
import { isBeatDuration, isHop, isId } from '../stores/protocol/parse-message';
import type { ScheduleEntry } from '../stores/protocol/wire';
import type { Heartbeat } from '../stores/token-store';
import type { KeptToken } from './keep-token';
import type { NodeConfig } from './node-config';
import { shownName } from './node-log';

/** What the chain reads from the node's output, under `accessTokenChain`. */
export interface ChainAnswer {
  /** `false`: the asking chain must end, because a newer one is at work. */
  continue: boolean;
  schedule: ScheduleEntry[];
  /** The clock that these times follow, Unix milliseconds. Only for a Function that asks for it. */
  now?: number;
}

/** If an outage doesn't say when to retry, the chain comes back after this, milliseconds. */
const OUTAGE_PAUSE_MS = 5000;
/** The same for errors that only a changed setting fixes, milliseconds. */
const REFUSED_PAUSE_MS = 60_000;

/**
 * Finds the background chain's heartbeat in a message. Anyone who may write to the Endpoint can send one. So the values
 * that the store keeps have the same limits as in its own protocol, and a node that knows the Function accepts a
 * heartbeat from no other.
 */
export function readHeartbeat(input: { data?: unknown } | undefined, config: NodeConfig = {}): Heartbeat | undefined {
  const sent = isObject(input?.data) ? input.data['accessTokenChain'] : undefined;
  if (!isObject(sent)) return undefined;
  const { chainId, hop, owner, beatWithinMs, first, functionId } = sent;
  const expected = config.cognigyApiConnection?.functionId;
  if (typeof expected === 'string' && functionId !== tidy(expected)) return undefined;
  if (!isId(chainId) || !isId(owner) || !isHop(hop) || !isBeatDuration(beatWithinMs)) return undefined;
  return { chainId, hop, owner, beatWithinMs, first: typeof first === 'boolean' ? first : undefined };
}

/** Whether the Function asks for the clock that the answer's times follow. That of version 0.1 doesn't. */
export function asksForTime(input: { data?: unknown } | undefined): boolean {
  const sent = isObject(input?.data) ? input.data['accessTokenChain'] : undefined;
  return isObject(sent) && typeof sent['now'] === 'number';
}

/**
 * Tells the chain when this node's token is due next.
 *
 * @param outcome the token, or why there is none
 * @param goesOn whether the store lets the chain go on
 * @param now Unix milliseconds
 * @param tellsTime whether the answer includes the clock that its times follow
 */
export function chainAnswer(
  outcome: KeptToken | AccessTokenError,
  config: NodeConfig,
  goesOn: boolean,
  now: number,
  tellsTime = false,
): ChainAnswer {
  const tokenName = shownName(config);
  if (isAccessTokenError(outcome)) {
    const entry = { tokenName, refreshAt: 0, expiresAt: 0, version: 0, failure: failureOf(outcome, now) };
    return { continue: goesOn, schedule: [entry], ...(tellsTime ? { now } : {}) };
  }
  const { handedOut, refreshPercent } = outcome;
  const { record, warning, now: there } = handedOut;
  const entry: ScheduleEntry = {
    tokenName,
    refreshAt: refreshAt(record, refreshPercent),
    expiresAt: expiresAt(record),
    version: record.version,
  };
  if (warning !== undefined) entry.failure = failureOf(warning, there);
  return { continue: goesOn, schedule: [entry], ...(tellsTime ? { now: there } : {}) };
}

function failureOf({ code, retryAt, transient }: AccessTokenError, now: number): RefreshFailure {
  const pause = transient ? OUTAGE_PAUSE_MS : REFUSED_PAUSE_MS;
  return { code, at: now, attempts: 1, retryAt: retryAt ?? now + pause };
}
