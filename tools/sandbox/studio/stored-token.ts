import { isJsonObject } from '../json';
import { fingerprint } from './fingerprint';

/** What the shared store holds under a name; times in Unix milliseconds. */
export interface StoredToken {
  version: number;
  /** Tells tokens apart that were issued within the same second. */
  fingerprint: string;
  issuedAt: number;
  refreshAt: number;
  expiresAt: number;
  /** It came of a user's consent, and of no refresh. */
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

/** What the store says about a name; the failure can be all there is. */
export interface StoreContents {
  token?: StoredToken;
  failure?: RefreshFailure;
}

/** Where the shared store is. */
export interface StoreAccess {
  endpointUrl: string;
  endpointSecret: string;
}

/** Nobody knows what the store holds; the message is what it did instead of telling. */
export class StoreSilent extends Error {}

interface ReadAnswer {
  record: {
    version: number;
    timestamp: number;
    token: { access_token: string; expires_in: number; refresh_token?: string };
    /** The `grant_type` that it came of. */
    grant?: string;
    failure?: RefreshFailure;
  } | null;
  /** Where there is no record to carry it. */
  failure?: RefreshFailure;
}

/** Far more than the store takes in the slow network. */
const PATIENCE_MS = 5000;

/**
 * Asks the store, as the nodes do.
 *
 * @param refreshPercent at which percent of the token's lifetime it is refreshed
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
  // An Endpoint without the transformer answers too, as a bot does.
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
