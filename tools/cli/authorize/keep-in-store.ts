import { isAccessTokenError } from '../../../src/errors';
import { isForeign } from '../../../src/lifetime';
import type { TokenRecord, UnstoredRecord } from '../../../src/lifetime';
import { boundTo } from '../../../src/oauth';
import type { TokenEndpointConfig } from '../../../src/oauth';
import { fingerprint } from '../../../src/sha256';
import type { StoredToken, TokenStore } from '../../../src/stores';
import type { Consented } from './exchange';

/** More of a record's seeds than anybody enters, as in `refresh/fetch-token.ts`. */
const MOST_SEEDS = 20;
/** How often it is written where others write at the same time. */
const MOST_TRIES = 5;
/** Milliseconds in which a lease is written with, and given back. */
const LEASE_MS = 5000;
/** Writes to a store that is not atomic have landed after this, milliseconds, as far as anybody knows. */
const LANDING_MS = 300;

export interface StoreEnvironment {
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** A name for this run that nobody else has. */
  owner: string;
}

/**
 * What the store had before anybody was asked for a consent: the user need not consent in vain.
 *
 * @returns `undefined` where the Endpoint is there and the transformer not yet: `deploy` puts it there
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
 * The record of a consent, which nodes and Function take at once: it is for these settings, and its seeds name the new refresh token
 * and the former one, so that neither counts as a newer one wherever it is still configured.
 *
 * @param former the refresh token that is configured so far, if there is one
 * @param stored what the store has
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
    // Found out, and not what is tried first anyway.
    ...(config.clientAuthentication === undefined && authentication === 'client_secret_post' ? { clientAuthentication: authentication } : {}),
  };
}

/**
 * Puts a record into the store, whatever is there, and looks whether it has stayed: in a store that is not atomic, somebody else's
 * write may land later.
 *
 * @param make gets what the store has
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
      // For some minutes after a token was forgotten, only the holder of the lease may store one.
      const rejected = stored === null ? undefined : fingerprint(stored.token.access_token);
      const { lease } = await store.checkout({ tokenName, owner, leaseMs: LEASE_MS, refreshPercent: 1, rejected, boundTo: record.boundTo });
      if (lease === 'held') await sleep(LANDING_MS);
      continue;
    }
    if (store.isAtomic) return true;
    await sleep(LANDING_MS);
    const now = await store.read(tokenName);
    // A bot may have refreshed it by now: that token has the new seed too.
    if (now.record?.seeds?.includes(record.seeds?.at(-1) ?? '') === true) return true;
  }
  return false;
}
