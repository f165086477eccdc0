import { fromBase64 } from '../base64';
import { isObject, parseJson } from '../json';

/** The facts that tell the lifetime of a fresh token. */
export interface ExpiresInSource {
  /** The answer's own `expires_in`: a number, or the text of one. */
  expires_in?: unknown;
  /** When the token ends, as some servers also say: Unix seconds or milliseconds, or a date. */
  expires_at?: unknown;
  access_token: string;
  /** Unix seconds, read before the token request left. */
  timestamp: number;
  /** The server's clock when it answered, Unix seconds, if the answer says so. */
  serverTime?: number | undefined;
  /** Seconds, from the user's configuration. */
  defaultLifetimeSeconds?: number | undefined;
}

/** Ten years: for what says "never", and for what is no time at all. */
const LONGEST_LIFETIME_SECONDS = 315_360_000;
/** A number of seconds that exceeds the token's life this many times is one of milliseconds. */
const SURELY_MILLISECONDS = 500;
/** From here on a time is in Unix milliseconds. */
const SMALLEST_MILLISECONDS = 100_000_000_000;

/**
 * Settles a token's lifetime: the answer's number or numeric text, or what the token itself says if that is less (`exp` of a
 * JWT, RFC 9068 §2.2); else the answer's `expires_at`; else the configured default.
 *
 * @returns seconds, ten years at most; zero or less says that the token has already expired; `undefined` if nobody says
 */
export function resolveExpiresIn(source: ExpiresInSource): number | undefined {
  const stated = numberOf(source.expires_in);
  const ofJwt = readJwtLifetime(source);
  const untilEnd = readTime(source.expires_at) - source.timestamp;
  if (stated === undefined) return capped(ofJwt ?? (untilEnd > 0 ? untilEnd : source.defaultLifetimeSeconds));
  const seconds = untilEnd > 0 && stated > untilEnd * SURELY_MILLISECONDS ? stated / 1000 : stated;
  // A JWT that has ended may only show that our own clock is ahead.
  return capped(ofJwt !== undefined && ofJwt > 0 ? Math.min(seconds, ofJwt) : seconds);
}

function capped(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_LIFETIME_SECONDS);
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** @returns Unix seconds, `NaN` for what is no time */
function readTime(value: unknown): number {
  const number = numberOf(value) ?? (typeof value === 'string' ? Date.parse(value) : NaN);
  return number >= SMALLEST_MILLISECONDS ? number / 1000 : number;
}

/**
 * How long a JWT lives (`exp` and `iat`, RFC 7519 §4.1), by the clock of the server wherever that can be told: from the time
 * of its answer, else from when the token was issued, else from the request.
 */
function readJwtLifetime({ access_token, timestamp, serverTime = NaN }: ExpiresInSource): number | undefined {
  const claims = readJwtClaims(access_token);
  const [exp, iat] = [claims?.['exp'], claims?.['iat']].map((time) => (typeof time === 'number' ? numberOf(time) : undefined));
  if (exp === undefined) return undefined;
  const isWithinLife = serverTime >= (iat ?? 0) && serverTime < exp;
  return exp - (isWithinLife ? serverTime : (iat ?? timestamp));
}

/**
 * Reads the claims of a JWT (RFC 7519 §3) without checking its signature: the token comes from the token endpoint itself.
 *
 * @returns `undefined` for an opaque token
 */
export function readJwtClaims(token: string): Record<string, unknown> | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const bytes = fromBase64(payload);
  if (bytes === undefined) return undefined;
  // One character a byte is enough to parse: bytes of multi-byte characters only occur within strings.
  const claims = parseJson(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  return isObject(claims) ? claims : undefined;
}
