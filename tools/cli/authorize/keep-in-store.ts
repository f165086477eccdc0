import { isAccessTokenError } from '../../../src/errors';
import { isForeign } from '../../../src/lifetime';
import type { TokenRecord, UnstoredRecord } from '../../../src/lifetime';
import { boundTo } from '../../../src/oauth';
import type { TokenEndpointConfig } from '../../../src/oauth';
import { fingerprint } from '../../../src/sha256';
import type { StoredToken, TokenStore } from '../../../src/stores';
import type { Consented } from './exchange';

/** More seeds than any record has in practice, as in `refresh/fetch-token.ts`. */
const MOST_SEEDS = 20;
/** How often to retry while others write at the same time. */
const MOST_TRIES = 5;
/** Duration of the lease, milliseconds: time to write and to free it. */
const LEASE_MS = 5000;
/** Writes to a store that is not atomic have landed after this, milliseconds, as far as is known. */
const LANDING_MS = 300;

export interface StoreEnvironment {
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** A name for this run, unique to it. */
  owner: string;
}

/**
 * What the store held before the user was asked, so that nobody consents in vain.
 *
 * @returns `undefined` if the Endpoint has no transformer yet: `deploy` will add it
 * @throws AccessTokenError those of the store's `read`
 */
export async function lookInto(store: TokenStore, tokenName: string): Promise<StoredToken | undefined> {
  try {
    return await store.read(tokenName);
  } catch (error) {
    if (isAccessTokenError(error) && error.code === 'store_not_installed') return undefined;
    throw error;
  }
}

/**
 * The record of a consent, which nodes and Function use at once. It is for these settings. Its seeds name the new refresh token and the
 * former one, so that neither counts as newer where it is still configured.
 *
 * @param former the refresh token configured so far, if any
 * @param stored what the store holds
 */
export function recordOf(
  { token, timestamp, authentication, refreshToken }: Consented & { refreshToken: string },
  config: TokenEndpointConfig,
  former: string | undefined,
  stored: TokenRecord | null,
): UnstoredRecord {
  const binding = boundTo(config);
  const earlier = stored === null || isForeign(stored, binding) ? [] : (stored.seeds ?? []);
  const seeds = new Set([...earlier, ...(former ? [fingerprint(former)] : []), fingerprint(refreshToken)]);
  return {
    token,
    timestamp,
    boundTo: binding,
    seeds: [...seeds].slice(-MOST_SEEDS),
    grant: 'authorization_code',
    // Remember it only if it was found by trying and is not the default.
    ...(config.clientAuthentication === undefined && authentication === 'client_secret_post' ? { clientAuthentication: authentication } : {}),
  };
}

/**
 * Writes a record to the store, whatever is there, and checks that it stays: in a store that is not atomic, another worker's write may land
 * later.
 *
 * @param make gets what the store holds
 * @returns whether it is there
 * @throws AccessTokenError those of the store
 */
export async function putIntoStore(
  store: TokenStore,
  tokenName: string,
  make: (stored: TokenRecord | null) => UnstoredRecord,
  { sleep, owner }: StoreEnvironment,
): Promise<boolean> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const { record: stored } = await store.read(tokenName);
    const record = make(stored);
    const result = await store.commit({ tokenName, owner, ifVersion: stored?.version ?? 0, record });
    if (result.status === 'version_conflict') {
      // For a few minutes after a token was forgotten, only the holder of the lease may store one.
      const rejected = stored === null ? undefined : fingerprint(stored.token.access_token);
      const { lease } = await store.checkout({ tokenName, owner, leaseMs: LEASE_MS, refreshPercent: 1, rejected, boundTo: record.boundTo });
      if (lease === 'held') await sleep(LANDING_MS);
      continue;
    }
    if (store.isAtomic) return true;
    await sleep(LANDING_MS);
    const now = await store.read(tokenName);
    // A bot may have refreshed it by now. That token has the new seed too.
    if (now.record?.seeds?.includes(record.seeds?.at(-1) ?? '') === true) return true;
  }
  return false;
}
