import { isObject } from '../../json';
import { LARGEST_CLOCK_DIFFERENCE_MS } from '../../lifetime';
import type { Heartbeat } from '../token-store';
import type { Told } from './alerts';

/** What a store remembers about the background chain. */
export interface ChainState {
  chainId: string;
  hop: number;
  owner: string;
  /** The last heartbeat, Unix milliseconds. */
  at: number;
  /** The time from which the next heartbeat is late, Unix milliseconds. */
  dueBy: number;
  /** Chains that were told to end, the latest first. */
  ended: string[];
  /** The token whose lease the last heartbeat was granted. */
  granted?: string | undefined;
  /** Which tokens somebody was alerted about, see `decideAlerts`. */
  told?: Told[] | undefined;
}

/**
 * For a chain that doesn't announce its next heartbeat, milliseconds: the platform's time limit for Functions plus some
 * grace.
 */
const DEFAULT_BEAT_WITHIN_MS = 1000 * 1000;
/** No chain may announce a longer pause, milliseconds. */
export const LONGEST_BEAT_MS = 2 * 24 * 3600 * 1000;
/** A chain that was started again has this long to send a heartbeat, milliseconds. Then somebody else may try. */
const RESTART_LEASE_MS = 60_000;
const LONGEST_RESTART_WAIT_MS = 3600 * 1000;
const LARGEST_EXPONENT = 10;
/** How long the chain's precedence lasts, milliseconds: just longer than any worker takes to look again. */
const PRECEDENCE_MS = 1000;
/** How many ended chains are remembered. If one of them sends its first heartbeat again, it can't take over. */
const MOST_ENDED_CHAINS = 100;

/**
 * Decides which chain is at work. Only a chain that has never sent a heartbeat may take over. The newest one wins, so
 * any number of chains settles to one. The chain that it replaces is told to end, and so is a second instance of the
 * same hop.
 *
 * @param now Unix milliseconds
 * @returns the new state, or `null` for a chain that must end
 */
export function electChain(
  state: ChainState | null,
  { chainId, hop, owner, beatWithinMs = DEFAULT_BEAT_WITHIN_MS, first }: Omit<Heartbeat, 'beatWithinMs'> & Partial<Heartbeat>,
  now: number,
): ChainState | null {
  const next = { chainId, hop, owner, at: now, dueBy: now + beatWithinMs };
  if (state === null) return { ...next, ended: [] };
  if (state.chainId === chainId) {
    const isDouble = hop < state.hop || (hop === state.hop && owner !== state.owner);
    return isDouble ? null : { ...next, ended: state.ended };
  }
  // The Function of version 0.1 doesn't send `first`. It counts as new at hop 0, or if the chain at work is late.
  const isNew = first ?? (hop === 0 || now >= state.dueBy);
  if (!isNew || state.ended.includes(chainId)) return null;
  return { ...next, ended: [state.chainId, ...state.ended].slice(0, MOST_ENDED_CHAINS) };
}

/**
 * Whether the chain has just been granted a token's lease. If writes land late, a worker may have been granted the same
 * lease at the same moment. When that worker looks again, the chain has precedence.
 *
 * @param now Unix milliseconds
 */
export function hasPrecedence(state: ChainState | null, tokenName: string, owner: string, now: number): boolean {
  return state?.granted === tokenName && state.owner !== owner && now < state.at + PRECEDENCE_MS;
}

/** An attempt to start the chain again. */
export interface RestartClaim {
  /** Unix milliseconds. */
  at: number;
  /** How many attempts in a row got no heartbeat, this one included. */
  tries: number;
}

/**
 * Decides whether the caller may start a late chain again, or one that never ran. The first caller may. After that
 * nobody may until the chain sends a heartbeat or the attempt's time runs out. That time doubles with each attempt, up
 * to an hour. Otherwise a chain that can't reach this store, or uses another one, would be started over and over.
 *
 * @param now Unix milliseconds
 * @returns the claim to store, or `null` if the caller may not start the chain
 */
export function claimRestart(state: ChainState | null, claim: RestartClaim | null, now: number): RestartClaim | null {
  if (state !== null && now < state.dueBy) return null;
  if (claim === null || (state !== null && state.at > claim.at)) return { at: now, tries: 1 };
  const wait = Math.min(LONGEST_RESTART_WAIT_MS, RESTART_LEASE_MS * 2 ** Math.min(claim.tries - 1, LARGEST_EXPONENT));
  return now < claim.at + wait ? null : { at: now, tries: claim.tries + 1 };
}

/**
 * @param now Unix milliseconds
 * @returns the claim read from a store; `null` if it isn't one, or a wrong clock wrote it
 */
export function readRestartClaim(value: unknown, now: number): RestartClaim | null {
  if (!isObject(value) || !isPast(value['at'], now)) return null;
  const { at, tries } = value;
  return typeof tries === 'number' && tries >= 1 ? { at, tries } as RestartClaim : null;
}

/**
 * @param now Unix milliseconds
 * @returns the chain's state read from a store; `null` if it isn't one, or a wrong clock wrote it
 */
export function readChainState(value: unknown, now: number): ChainState | null {
  if (!isObject(value) || !isPast(value['at'], now)) return null;
  const { chainId, hop, owner, dueBy, ended } = value;
  const isWhole =
    typeof chainId === 'string' &&
    typeof owner === 'string' &&
    typeof hop === 'number' &&
    typeof dueBy === 'number' &&
    dueBy <= now + LONGEST_BEAT_MS &&
    Array.isArray(ended);
  return isWhole ? (value as unknown as ChainState) : null;
}

/** Whether a value from a store is a time that a correct clock may have written. Both are Unix milliseconds. */
export function isPast(time: unknown, now: number): boolean {
  return typeof time === 'number' && time <= now + LARGEST_CLOCK_DIFFERENCE_MS;
}
