import type { Transport } from './http';
import type { Log } from './log';

/** What signs an assertion, and for what, RFC 7521 §5. */
export interface SignedJwt {
  /** PEM or JWK. */
  privateKey: string;
  /** The key's ID at the server, or the certificate that belongs to the key. */
  keyId?: string | undefined;
  /** RS256, PS256 or ES256. Default: what fits the key. */
  algorithm?: string | undefined;
  /** The user or account that the token is for. */
  subject?: string | undefined;
  /** The audience of the assertion. Default: the token URL. */
  audience?: string | undefined;
  /** Whether the assertion proves who the client is (RFC 7523 §2.2) or is the grant (§2.1). */
  use: 'client' | 'grant';
  /** Whether the key belongs to a Google service account. */
  isServiceAccount?: boolean | undefined;
}

/** The contents of a signed assertion. */
export interface AssertionSettings extends SignedJwt {
  tokenUrl: string;
  clientId: string;
  scope?: string | undefined;
}

/** The outside world. It is passed in, so that tests can bring their own. */
export interface World {
  /** Unix milliseconds. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  transport: Transport;
  /** Signs an assertion, as a compact JWT. Absent in the Function, which has nothing to sign with. */
  makeAssertion?: (settings: AssertionSettings) => Promise<string>;
  /** Logs problems that the caller need not handle. Never a secret. */
  log: Log;
}

/**
 * The same world by a store's clock, because the times written to the store must be true there.
 *
 * @param aheadMs how far the store's clock is ahead of this one, milliseconds
 */
export function byStoreClock<T extends World>(world: T, aheadMs: number): T {
  return aheadMs === 0 ? world : { ...world, now: () => world.now() + aheadMs };
}

/**
 * How far another clock is ahead of this one. It was read at some moment between a request and its answer. All times
 * are Unix milliseconds.
 *
 * @returns milliseconds, negative if it is behind; 0 if the round trip explains the difference
 */
export function clockAhead(asked: number, answered: number, other: number): number {
  return Math.max(0, other - answered) + Math.min(0, other - asked);
}
