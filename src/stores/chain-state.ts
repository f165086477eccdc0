import type { Heartbeat } from './token-store';

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
}

/** Where a chain does not say when it beats again: the platform's time limit for Functions, and some grace. */
const DEFAULT_BEAT_WITHIN_MS = 1000 * 1000;
/** A chain that was started again has this long to beat, milliseconds, before somebody else tries. */
export const RESTART_LEASE_MS = 60_000;
/** Workers' clocks differ a little; a time that lies further ahead than this, milliseconds, is a mistake. */
export const LARGEST_CLOCK_DIFFERENCE_MS = 10 * 60 * 1000;
export const LONGEST_RESTART_WAIT_MS = 3600 * 1000;
const LARGEST_EXPONENT = 10;
/** Longer than any worker takes to look again, milliseconds, and no longer than that. */
const PRECEDENCE_MS = 1000;
/**
 * How many ended chains are remembered. Each of as many chains that were started together is told to end
 * at its next beat; one that was forgotten would take over once more.
 */
export const MOST_ENDED_CHAINS = 100;

/**
 * Decides which chain is at work. A chain that was not seen before is the newest and takes over; one
 * that was taken over from, or a second instance of the same hop, is told to end.
 *
 * @param now Unix milliseconds
 * @returns the new state, or `null` for a chain that ends
 */
export function succeed(
  state: ChainState | null,
  { chainId, hop, owner, beatWithinMs = DEFAULT_BEAT_WITHIN_MS }: Omit<Heartbeat, 'beatWithinMs'> & Partial<Heartbeat>,
  now: number,
): ChainState | null {
  const next = { chainId, hop, owner, at: now, dueBy: now + beatWithinMs };
  if (state === null) return { ...next, ended: [] };
  if (state.ended.includes(chainId)) return null;
  if (state.chainId !== chainId) {
    return { ...next, ended: [state.chainId, ...state.ended].slice(0, MOST_ENDED_CHAINS) };
  }
  const isDouble = hop < state.hop || (hop === state.hop && owner !== state.owner);
  return isDouble ? null : { ...next, ended: state.ended };
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

/**
 * Whether the chain is to be started: it never ran, or its heartbeat is late.
 *
 * @param now Unix milliseconds
 */
export function isLate(state: ChainState | null, now: number): boolean {
  return state === null || now >= state.dueBy;
}

/** Somebody's attempt to start the chain again. */
export interface RestartClaim {
  /** Unix milliseconds. */
  at: number;
  /** How many attempts in a row no heartbeat has followed, this one included. */
  tries: number;
}

/**
 * Decides who starts a late chain again: whoever asks first, and after that nobody until the chain has
 * beaten or its time has run out. That time doubles, up to an hour: a chain that can't reach this store (or
 * keeps another one) would only be started over and over.
 *
 * @param now Unix milliseconds
 * @returns the claim to be kept, or `null` when the chain is not to be started
 */
export function claimRestart(state: ChainState | null, claim: RestartClaim | null, now: number): RestartClaim | null {
  if (!isLate(state, now)) return null;
  if (claim === null || (state !== null && state.at > claim.at)) return { at: now, tries: 1 };
  const wait = Math.min(LONGEST_RESTART_WAIT_MS, RESTART_LEASE_MS * 2 ** Math.min(claim.tries - 1, LARGEST_EXPONENT));
  return now < claim.at + wait ? null : { at: now, tries: claim.tries + 1 };
}

/** @returns whether a value read from a store is a claim, and not one of a clock's mistake */
export function isRestartClaim(value: unknown, now: number): value is RestartClaim {
  const { at, tries } = (value ?? {}) as Partial<Record<keyof RestartClaim, unknown>>;
  const isTime = typeof at === 'number' && at <= now + LARGEST_CLOCK_DIFFERENCE_MS;
  return isTime && typeof tries === 'number' && tries >= 1;
}

/** @returns whether a value read from a store is a whole chain state */
export function isChainState(value: unknown): value is ChainState {
  if (typeof value !== 'object' || value === null) return false;
  const { chainId, hop, owner, at, dueBy, ended } = value as Partial<Record<keyof ChainState, unknown>>;
  return (
    typeof chainId === 'string' &&
    typeof owner === 'string' &&
    [hop, at, dueBy].every((number) => typeof number === 'number') &&
    Array.isArray(ended)
  );
}
