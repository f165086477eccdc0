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
  /** When the next heartbeat counts as late, Unix milliseconds. */
  dueBy: number;
  /** Chains that were told to end, the latest one first. */
  ended: string[];
  /** The token whose lease the last beat got. */
  granted?: string | undefined;
  /** Which tokens were reported, see `decideAlerts`. */
  told?: Told[] | undefined;
}

/** For a chain that does not announce its next beat: the platform's time limit for Functions, plus some grace. */
const DEFAULT_BEAT_WITHIN_MS = 1000 * 1000;
/** The longest time between two beats, milliseconds. */
export const LONGEST_BEAT_MS = 2 * 24 * 3600 * 1000;
/** A restarted chain has this long to beat, milliseconds, before another worker may restart it. */
const RESTART_LEASE_MS = 60_000;
const LONGEST_RESTART_WAIT_MS = 3600 * 1000;
const LARGEST_EXPONENT = 10;
/** Long enough for any worker to look again, milliseconds, and no longer. */
const PRECEDENCE_MS = 1000;
/** How many ended chains to remember, in case the first beat of one arrives twice. */
const MOST_ENDED_CHAINS = 100;

/**
 * Decides which chain is at work. Only a chain that has never beaten may take over. The newest one wins, so any number of chains settles to
 * one. A chain that was replaced, or a second instance of the same hop, is told to end.
 *
 * @param now Unix milliseconds
 * @returns the new state, or `null` if this chain must end
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
  // The Function of version 0.1 does not say whether it is new. There it is hop 0, or the known chain has long been late.
  const isNew = first ?? (hop === 0 || now >= state.dueBy);
  if (!isNew || state.ended.includes(chainId)) return null;
  return { ...next, ended: [state.chainId, ...state.ended].slice(0, MOST_ENDED_CHAINS) };
}

/**
 * Whether the chain just got a token's lease. In a store where writes land late, a worker may get the same lease at the same moment. When
 * the worker looks again, the chain has precedence.
 *
 * @param now Unix milliseconds
 */
export function hasPrecedence(state: ChainState | null, tokenName: string, owner: string, now: number): boolean {
  return state?.granted === tokenName && state.owner !== owner && now < state.at + PRECEDENCE_MS;
}

/** A worker's attempt to restart the chain. */
export interface RestartClaim {
  /** Unix milliseconds. */
  at: number;
  /** How many attempts in a row brought no heartbeat, this one included. */
  tries: number;
}

/**
 * Decides who restarts a late chain, or one that never ran: the first caller. Nobody else may until the chain beats or the claim runs out.
 * Each claim runs twice as long, up to an hour, because a chain that can't reach this store (or serves another one) would only be restarted
 * over and over.
 *
 * @param now Unix milliseconds
 * @returns the claim to store, or `null` if the caller must not restart the chain
 */
export function claimRestart(state: ChainState | null, claim: RestartClaim | null, now: number): RestartClaim | null {
  if (state !== null && now < state.dueBy) return null;
  if (claim === null || (state !== null && state.at > claim.at)) return { at: now, tries: 1 };
  const wait = Math.min(LONGEST_RESTART_WAIT_MS, RESTART_LEASE_MS * 2 ** Math.min(claim.tries - 1, LARGEST_EXPONENT));
  return now < claim.at + wait ? null : { at: now, tries: claim.tries + 1 };
}

/** @returns the value from a store as a claim; `null` if it is none, or a wrong clock wrote it */
export function readRestartClaim(value: unknown, now: number): RestartClaim | null {
  if (!isObject(value) || !isPast(value['at'], now)) return null;
  const { at, tries } = value;
  return typeof tries === 'number' && tries >= 1 ? { at, tries } as RestartClaim : null;
}

/** @returns the value from a store as the chain's state; `null` if it is none, or a wrong clock wrote it */
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

/** Whether a value from a store is a time that a correct clock can have written. Both are Unix milliseconds. */
export function isPast(time: unknown, now: number): boolean {
  return typeof time === 'number' && time <= now + LARGEST_CLOCK_DIFFERENCE_MS;
}
