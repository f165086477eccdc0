import { isObject } from '../json';
import type { JsonObject } from '../json';
import { isAccessToken } from './authorization';

/**
 * The token endpoint's answer, names and units as in RFC 6749 §5.1, after `expires_in` has been
 * settled: a stored token always says how long it lives.
 */
export interface Token {
  access_token: string;
  token_type: string;
  /** Seconds the token lives, counted from the record's `timestamp`. Zero or less: already expired. */
  expires_in: number;
  refresh_token?: string | undefined;
  scope?: string;
  /** Nobody says how long the token lives, so `expires_in` is a guess. */
  lifetime_assumed?: true;
  /** It came in place of one that an API refused. */
  after_rejection?: true;
  [member: string]: unknown;
}

/** Why the last refresh failed, and when the next one may be tried. Gates refreshes with the same settings, never reads. */
export interface RefreshFailure {
  code: string;
  /** When it failed, Unix milliseconds. */
  at: number;
  /** How many refreshes in a row have failed. */
  attempts: number;
  /** The earliest time of the next refresh, Unix milliseconds. */
  retryAt: number;
  /** The settings that failed, see `settingsMark`; without them it stands for all. */
  settings?: string | undefined;
  /** When the first of several failures in a row was noted, Unix milliseconds; only the second and later ones have it. */
  since?: number;
  /** What happened, often in the server's own words. Holds no secret; stores keep its beginning. */
  message?: string;
  /** The HTTP status that was answered. */
  status?: number | undefined;
  /** The token endpoint's host, with the port if the URL has one. */
  host?: string | undefined;
}

/** One kept token. */
export interface TokenRecord {
  token: Token;
  /** Unix seconds, by the store's clock where one has been heard; read before the token request left. */
  timestamp: number;
  /** Grows by one each time the token is written. */
  version: number;
  failure?: RefreshFailure;
  /** What the token is for, see `boundTo` of the settings: 16 hex digits. Without it the token is anybody's. */
  boundTo?: string;
  /** Fingerprints of the configured refresh tokens that this record has started from. */
  seeds?: string[];
  /** The `grant_type` by which the token was got. */
  grant?: string;
  /** The server answered this token a second time: it gives out no other one before this one ends. */
  isRepeated?: true;
  /** How the client proves who it is, where that was found out: RFC 7591 §2. */
  clientAuthentication?: string;
}

/** A record without what only its store knows of it. */
export type UnstoredRecord = Omit<TokenRecord, 'version' | 'failure'>;

/** Beyond this a number of Unix seconds is surely milliseconds (it lies in the year 5138). */
const LARGEST_TIMESTAMP_SECONDS = 100_000_000_000;

/** The path of the first member that is not as it should be, relative to the checked object. */
export type Flaw = string;

/**
 * Finds what is wrong with a token, for answers that name the field.
 *
 * @returns the member's name, or `undefined` for a usable token
 */
export function findTokenFlaw(token: unknown): Flaw | undefined {
  if (!isObject(token)) return 'token';
  if (!isAccessToken(token['access_token'])) return 'token.access_token';
  if (!isOptionalString(token['refresh_token'])) return 'token.refresh_token';
  if (!isOptionalString(token['token_type'])) return 'token.token_type';
  return undefined;
}

/** @returns whether `timestamp` is a plausible number of Unix seconds (milliseconds are refused) */
export function isTimestamp(timestamp: unknown): timestamp is number {
  return isFiniteNumber(timestamp) && timestamp >= 0 && timestamp < LARGEST_TIMESTAMP_SECONDS;
}

/** @returns whether a value read from a store is a whole failure note */
export function isRefreshFailure(value: unknown): value is RefreshFailure {
  return (
    isObject(value) &&
    typeof value['code'] === 'string' &&
    isFiniteNumber(value['at']) &&
    isFiniteNumber(value['attempts']) &&
    isFiniteNumber(value['retryAt']) &&
    isOptionalString(value['settings'])
  );
}

/**
 * Tells a usable record from a damaged one. Stores hand out only what passes here: a damaged record
 * counts as missing, so that the next refresh mends it.
 */
export function isTokenRecord(value: unknown): value is TokenRecord {
  return (
    isObject(value) &&
    findTokenFlaw(value['token']) === undefined &&
    typeof (value['token'] as Token).token_type === 'string' &&
    isFiniteNumber((value['token'] as Token).expires_in) &&
    isTimestamp(value['timestamp']) &&
    Number.isSafeInteger(value['version']) &&
    (value['version'] as number) >= 0 &&
    (value['failure'] === undefined || isRefreshFailure(value['failure'])) &&
    hasOptionalMembers(value)
  );
}

/** @returns whether a record's members besides the token and its time are as they should be, where they are there */
export function hasOptionalMembers(record: JsonObject): record is Omit<UnstoredRecord, 'token' | 'timestamp'> {
  const { boundTo, seeds, grant, isRepeated, clientAuthentication } = record;
  const areSeeds = seeds === undefined || (Array.isArray(seeds) && seeds.every((seed) => typeof seed === 'string'));
  return [boundTo, grant, clientAuthentication].every(isOptionalString) && areSeeds && (isRepeated === undefined || isRepeated === true);
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isOptionalString(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
