import { isObject } from '../../json';
import { LARGEST_CLOCK_DIFFERENCE_MS } from '../../lifetime';
import type { Heartbeat } from '../token-store';
import type { Told } from './alerts';

/** What a store remembers of the background chain. */
export interface ChainState {
  chainId: string;
  hop: number;
  owner: string;
  /** The last heartbeat, Unix milliseconds. */
  at: number;
  /** When the next heartbeat is late, Unix milliseconds. */
  dueBy: number;
  /** Chains that were told to end, the latest first. */
  ended: string[];
  /** The token whose lease the last beat was granted. */
  granted?: string | undefined;
  /** Which tokens somebody was told of, see `decideAlerts`. */
  told?: Told[] | undefined;
}

/** Where a chain does not say when it beats again: the platform's time limit for Functions, and some grace. */
const DEFAULT_BEAT_WITHIN_MS = 1000 * 1000;
/** No chain may stay away longer, milliseconds. */
export const LONGEST_BEAT_MS = 2 * 24 * 3600 * 1000;
/** A chain that was started again has this long to beat, milliseconds, before somebody else tries. */
const RESTART_LEASE_MS = 60_000;
const LONGEST_RESTART_WAIT_MS = 3600 * 1000;
const LARGEST_EXPONENT = 10;
/** Longer than any worker takes to look again, milliseconds, and no longer than that. */
const PRECEDENCE_MS = 1000;
/** How many ended chains are remembered, for those whose first beat is yet to come a second time. */
const MOST_ENDED_CHAINS = 100;

/**
 * Decides which chain is at work. Only a chain that has never beaten may take over: the newest one wins, and any number
 * of them settle to one. A chain that was taken over from, or a second instance of the same hop, is told to end.
 *
 * @param now Unix milliseconds
 * @returns the new state, or `null` for a chain that ends
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
  // The Function of version 0.1 does not say: there it is hop 0, or the chain at work has long been late.
  const isNew = first ?? (hop === 0 || now >= state.dueBy);
  if (!isNew || state.ended.includes(chainId)) return null;
  return { ...next, ended: [state.chainId, ...state.ended].slice(0, MOST_ENDED_CHAINS) };
}

/**
 * Whether the chain has just been granted a token's lease. Where writes land late, a worker may be granted
 * the same lease in the same moment; when it looks again, the chain has precedence.
 *
 * @param now Unix milliseconds
 */
export function hasPrecedence(state: ChainState | null, tokenName: string, owner: string, now: number): boolean {
  return state?.granted === tokenName && state.owner !== owner && now < state.at + PRECEDENCE_MS;
}

/** Somebody's attempt to start the chain again. */
export interface RestartClaim {
  /** Unix milliseconds. */
  at: number;
  /** How many attempts in a row no heartbeat has followed, this one included. */
  tries: number;
}

/**
 * Decides who starts a late chain again, one that never ran included: whoever asks first, and after that nobody until
 * the chain has beaten or its time has run out. That time doubles, up to an hour: a chain that can't reach this store
 * (or keeps another one) would only be started over and over.
 *
 * @param now Unix milliseconds
 * @returns the claim to be kept, or `null` when the chain is not to be started
 */
export function claimRestart(state: ChainState | null, claim: RestartClaim | null, now: number): RestartClaim | null {
  if (state !== null && now < state.dueBy) return null;
  if (claim === null || (state !== null && state.at > claim.at)) return { at: now, tries: 1 };
  const wait = Math.min(LONGEST_RESTART_WAIT_MS, RESTART_LEASE_MS * 2 ** Math.min(claim.tries - 1, LARGEST_EXPONENT));
  return now < claim.at + wait ? null : { at: now, tries: claim.tries + 1 };
}

/** @returns a value read from a store as a claim; `null` for what is none, or was written by a clock that is wrong */
export function readRestartClaim(value: unknown, now: number): RestartClaim | null {
  if (!isObject(value) || !isPast(value['at'], now)) return null;
  const { at, tries } = value;
  return typeof tries === 'number' && tries >= 1 ? { at, tries } as RestartClaim : null;
}

/** @returns a value read from a store as the chain's state; `null` for what is none, or was written by a clock that is wrong */
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

/** Whether a value read from a store is a time that a clock which is right may have written. Both are Unix milliseconds. */
export function isPast(time: unknown, now: number): boolean {
  return typeof time === 'number' && time <= now + LARGEST_CLOCK_DIFFERENCE_MS;
}
