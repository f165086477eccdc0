import { isJsonObject } from '../json';
import { fingerprint } from './fingerprint';

/** The token that the shared store has under a name. Times are Unix milliseconds. */
export interface StoredToken {
  version: number;
  /** Distinguishes tokens that were issued within the same second. */
  fingerprint: string;
  issuedAt: number;
  refreshAt: number;
  expiresAt: number;
  /** It came from a user's consent, not from a refresh. */
  isFromConsent?: true;
  hasRefreshToken?: true;
}

/** Why the last refresh failed. */
export interface RefreshFailure {
  code: string;
  attempts: number;
  /** Unix milliseconds. */
  retryAt: number;
}

/** What the store has under a name. There can be a failure without a token. */
export interface StoreContents {
  token?: StoredToken;
  failure?: RefreshFailure;
}

/** Where the shared store is. */
export interface StoreAccess {
  endpointUrl: string;
  endpointSecret: string;
}

/** The store did not say what it has. The message says what it did instead. */
export class StoreSilent extends Error {}

interface ReadAnswer {
  record: {
    version: number;
    timestamp: number;
    token: { access_token: string; expires_in: number; refresh_token?: string };
    /** The `grant_type` that the token was requested with. */
    grant?: string;
    failure?: RefreshFailure;
  } | null;
  /** The failure, if there is no record to carry it. */
  failure?: RefreshFailure;
}

/** Far more than the store needs even in the slow network, milliseconds. */
const PATIENCE_MS = 5000;

/**
 * Reads a token from the store, as the nodes do.
 *
 * @param refreshPercent when the token is refreshed, percent of its lifetime
 * @throws StoreSilent
 */
export async function readStoredToken(
  { endpointUrl, endpointSecret }: StoreAccess,
  tokenName: string,
  refreshPercent: number,
  patienceMs = PATIENCE_MS,
): Promise<StoreContents> {
  const body = JSON.stringify({ endpointSecret, tokenStore: { op: 'read', tokenName } });
  const { record, failure = record?.failure } = await ask(endpointUrl, body, patienceMs);
  return {
    ...(record === null ? {} : { token: describe(record, refreshPercent) }),
    ...(failure === undefined ? {} : { failure: { code: failure.code, attempts: failure.attempts, retryAt: failure.retryAt } }),
  };
}

async function ask(url: string, body: string, patienceMs: number): Promise<ReadAnswer> {
  const headers = { 'content-type': 'application/json' };
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(patienceMs) });
    status = response.status;
    text = await response.text();
  } catch {
    throw new StoreSilent('did not answer');
  }
  if (status !== 200) throw new StoreSilent(`answered ${status}`);
  const answer = parse(text);
  // An Endpoint without the transformer answers too, but as a bot.
  if (!isJsonObject(answer) || answer['record'] === undefined) throw new StoreSilent('answered, but not as a store does');
  return answer as unknown as ReadAnswer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe({ version, timestamp, token, grant }: NonNullable<ReadAnswer['record']>, refreshPercent: number): StoredToken {
  const issuedAt = timestamp * 1000;
  const lifetime = token.expires_in * 1000;
  return {
    version,
    fingerprint: fingerprint(token.access_token),
    issuedAt,
    refreshAt: issuedAt + (lifetime * refreshPercent) / 100,
    expiresAt: issuedAt + lifetime,
    ...(grant === 'authorization_code' ? { isFromConsent: true } : {}),
    ...(token.refresh_token === undefined ? {} : { hasRefreshToken: true }),
  };
}
