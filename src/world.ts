import type { Transport } from './http';
import type { Log } from './log';

/** What signs, and for what, RFC 7521 §5. */
export interface SignedJwt {
  /** PEM or JWK. */
  privateKey: string;
  /** The key's id at the server, or the certificate that belongs to it. */
  keyId?: string | undefined;
  /** RS256, PS256 or ES256; by default what fits the key. */
  algorithm?: string | undefined;
  /** For whom the token is. */
  subject?: string | undefined;
  /** Who reads the assertion; by default the token URL. */
  audience?: string | undefined;
  /** Whether it proves who the client is (RFC 7523 §2.2), or is the grant (§2.1). */
  use: 'client' | 'grant';
  /** The key is a Google service account's. */
  isServiceAccount?: boolean | undefined;
}

/** What a signed assertion is made from. */
export interface AssertionSettings extends SignedJwt {
  tokenUrl: string;
  clientId: string;
  scope?: string | undefined;
}

/** The outside world, passed in, so that tests can bring their own. */
export interface World {
  /** Unix milliseconds. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  transport: Transport;
  /** Signs an assertion, as a compact JWT. Absent where there is nothing to sign with: in the Function. */
  makeAssertion?: (settings: AssertionSettings) => Promise<string>;
  /** Tells the log of something that went wrong without being the caller's concern. Never a secret. */
  log: Log;
}

/**
 * The same world by the clock of a store: what is written there has to be true there.
 *
 * @param aheadMs how far the store's clock is ahead of this one, milliseconds
 */
export function byStoreClock<T extends World>(world: T, aheadMs: number): T {
  return aheadMs === 0 ? world : { ...world, now: () => world.now() + aheadMs };
}

/**
 * How far another clock is ahead of this one, where it was read somewhere between a request and its answer. All times are
 * Unix milliseconds.
 *
 * @returns milliseconds, negative when it is behind; 0 where the way there and back explains the difference
 */
export function clockAhead(asked: number, answered: number, other: number): number {
  return Math.max(0, other - answered) + Math.min(0, other - asked);
}
