import { fromBase64 } from '../base64';
import { isObject, parseJson } from '../json';

/** What the lifetime of a fresh token is worked out from. */
export interface ExpiresInSource {
  /** The answer's own `expires_in`: a number, or the text of one. */
  expires_in?: unknown;
  access_token: string;
  /** Unix seconds, read before the token request left. */
  timestamp: number;
  /** Seconds, from the user's configuration. */
  defaultLifetimeSeconds?: number | undefined;
}

/**
 * Settles a token's lifetime: the answer's number, else its numeric text, else the `exp` of a JWT
 * access token (RFC 9068 §2.2), else the configured default.
 *
 * @returns seconds, zero or less meaning "already expired"; `undefined` when no rung holds, which the
 *   caller reports as `expires_in_missing`
 */
export function resolveExpiresIn(source: ExpiresInSource): number | undefined {
  const stated = numberOf(source.expires_in);
  if (stated !== undefined) return stated;
  const exp = readJwtExp(source.access_token);
  if (exp !== undefined) return exp - source.timestamp;
  return source.defaultLifetimeSeconds;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/**
 * Reads `exp` (RFC 7519 §4.1.4) without checking the signature: the token comes from the token
 * endpoint itself and only its age is of interest here.
 *
 * @returns Unix seconds, or `undefined` for an opaque token
 */
export function readJwtExp(token: string): number | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  const bytes = fromBase64(payload);
  if (bytes === undefined) return undefined;
  // One character a byte is enough to parse: bytes of multi-byte characters only occur within strings.
  const claims = parseJson(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  const exp = isObject(claims) ? claims['exp'] : undefined;
  return typeof exp === 'number' && Number.isFinite(exp) ? exp : undefined;
}
