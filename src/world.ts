import type { Transport } from './http';
import type { Log } from './log';

/** What to sign with, and for which purpose (RFC 7521 §5). */
export interface SignedJwt {
  /** PEM or JWK. */
  privateKey: string;
  /** The key's id at the server, or the key's certificate. */
  keyId?: string | undefined;
  /** RS256, PS256 or ES256; by default the one that fits the key. */
  algorithm?: string | undefined;
  /** The subject: who the token is for. */
  subject?: string | undefined;
  /** The audience of the assertion; by default the token URL. */
  audience?: string | undefined;
  /** Whether it authenticates the client (RFC 7523 §2.2), or is the grant (§2.1). */
  use: 'client' | 'grant';
  /** The key belongs to a Google service account. */
  isServiceAccount?: boolean | undefined;
}

/** The input of a signed assertion. */
export interface AssertionSettings extends SignedJwt {
  tokenUrl: string;
  clientId: string;
  scope?: string | undefined;
}

/** The outside world, passed in so that tests can replace it. */
export interface World {
  /** Unix milliseconds. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  transport: Transport;
  /** Signs an assertion, as a compact JWT. Absent in the Function, which can't sign. */
  makeAssertion?: (settings: AssertionSettings) => Promise<string>;
  /** Logs a problem that is not the caller's concern. Never a secret. */
  log: Log;
}

/**
 * The same world on a store's clock, for times that are written to the store.
 *
 * @param aheadMs how far the store's clock is ahead of this one, milliseconds
 */
export function byStoreClock<T extends World>(world: T, aheadMs: number): T {
  return aheadMs === 0 ? world : { ...world, now: () => world.now() + aheadMs };
}

/**
 * How far another clock is ahead of this one. It was read at some time between a request and its response. All times are Unix milliseconds.
 *
 * @returns milliseconds, negative if it is behind; 0 if the round trip explains the difference
 */
export function clockAhead(asked: number, answered: number, other: number): number {
  return Math.max(0, other - answered) + Math.min(0, other - asked);
}
