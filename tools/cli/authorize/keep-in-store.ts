import { isAccessTokenError } from '../../../src/errors';
import { isForeign } from '../../../src/lifetime';
import type { TokenRecord, UnstoredRecord } from '../../../src/lifetime';
import { boundTo } from '../../../src/oauth';
import type { TokenEndpointConfig } from '../../../src/oauth';
import { fingerprint } from '../../../src/sha256';
import type { StoredToken, TokenStore } from '../../../src/stores';
import type { Consented } from './exchange';

/** A record keeps this many seeds, more than anybody enters. `refresh/fetch-token.ts` has the same limit. */
const MOST_SEEDS = 20;
/** How many times to try if others write to the store at the same time. */
const MOST_TRIES = 5;
/** How long the lease lasts in which the record is written, milliseconds. */
const LEASE_MS = 5000;
/** After this pause a concurrent write to a non-atomic store should be visible, milliseconds. */
const LANDING_MS = 300;

export interface StoreEnvironment {
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** A unique name for this run. */
  owner: string;
}

/**
 * Reads the store before the user is asked for consent. If the store does not work, the consent would be in vain.
 *
 * @returns `undefined` if the Endpoint exists but has no transformer yet; `deploy` adds it
 * @throws AccessTokenError as the store's `read` does
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
 * Makes the record of a consent. Nodes and Function use it at once, because it is bound to their settings. Its seeds contain the new
 * refresh token and the former one, so a node that is still configured with either does not take it for a newer one.
 *
 * @param former the refresh token that is configured so far, if any
 * @param stored the record in the store
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
    // Only noted if it was found out by trying, and is not the one that is tried first anyway.
    ...(config.clientAuthentication === undefined && authentication === 'client_secret_post' ? { clientAuthentication: authentication } : {}),
  };
}

/**
 * Writes a record to the store over whatever is there. In a non-atomic store somebody else's write may land later, so it checks whether
 * the record has stayed.
 *
 * @param make makes the record; it gets the one in the store
 * @returns whether the record is in the store
 * @throws AccessTokenError as the store does
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
      // For some minutes after a token was forgotten, only the holder of the lease may store a new one.
      const rejected = stored === null ? undefined : fingerprint(stored.token.access_token);
      const { lease } = await store.checkout({ tokenName, owner, leaseMs: LEASE_MS, refreshPercent: 1, rejected, boundTo: record.boundTo });
      if (lease === 'held') await sleep(LANDING_MS);
      continue;
    }
    if (store.isAtomic) return true;
    await sleep(LANDING_MS);
    const now = await store.read(tokenName);
    // A bot may have refreshed the token by now. Its record has the new seed too.
    if (now.record?.seeds?.includes(record.seeds?.at(-1) ?? '') === true) return true;
  }
  return false;
}
