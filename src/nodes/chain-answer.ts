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

/** The chain reads this from the node's output, under `accessTokenChain`. */
export interface ChainAnswer {
  /** `false`: a newer chain is at work, and the asking one must end. */
  continue: boolean;
  schedule: ScheduleEntry[];
  /** By which clock these times are, Unix milliseconds. Only for a Function that asks. */
  now?: number;
}

/** If nothing better is known, the chain comes back after this, milliseconds. */
const OUTAGE_PAUSE_MS = 5000;
/** The same for a problem that only a changed setting solves. */
const REFUSED_PAUSE_MS = 60_000;

/**
 * Finds the background chain's heartbeat in a message. Anybody who can write to the Endpoint can send one. So the same limits apply as in
 * the store's own protocol, and a node that knows its Function accepts heartbeats from no other.
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

/** Whether the Function wants to know the clock of the answer's times. The one of version 0.1 does not. */
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
 * @param tellsTime whether the answer says which clock its times use
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
