import { toAccessTokenError } from '../errors';
import type { AccessTokenError } from '../errors';
import { boundTo } from '../oauth';
import type { TokenStore } from '../stores/token-store';
import type { World } from '../world';
import type { NodeConfig } from './node-config';
import { openStore } from './open-store';
import type { StoreEnvironment } from './open-store';
import { readServiceSettings } from './service-settings';
import type { ServiceSettings } from './service-settings';

/** The outside world and the conversation's copies. */
export type StoredTokenEnvironment = World & StoreEnvironment;

export interface StoreWorld extends World {
  store: TokenStore;
  /** A name that only this execution has. */
  owner: string;
}

/** What a node's settings name, opened for one execution. */
export interface OpenedStore extends Omit<ServiceSettings, 'store'> {
  /** Whether others than this conversation use the store. */
  isShared: boolean;
  /** What the token is for, see `TokenRecord`. */
  boundTo: string;
  /** Includes the node's certificates and the store. */
  environment: StoreWorld;
}

/** What identifies these settings in this conversation, and how long the work may take. */
export interface StoreRequest {
  /** The mark of the conversation's copies for these settings, see `copyMark`. */
  mark: string;
  /** The time by which the answer must be there, Unix milliseconds. */
  deadline: number;
}

/**
 * Opens the store that a node's settings name, runs some work with it, and closes it.
 *
 * @throws AccessTokenError the errors of `readServiceSettings`, certificate_invalid, and what the work throws
 */
export async function withStore<T extends { warning?: AccessTokenError | undefined }>(
  config: NodeConfig,
  { mark, deadline }: StoreRequest,
  outside: StoredTokenEnvironment,
  work: (opened: OpenedStore) => Promise<T>,
): Promise<T> {
  const { store: storeSettings, ...services } = await readServiceSettings(config);
  const { tlsConnection } = config;
  const { environment, explain } = tlsConnection
    ? (await import('./with-certificates')).withCertificates(outside, tlsConnection)
    : { environment: outside, explain: (error: AccessTokenError) => error };
  const store = await openStore(storeSettings, deadline, environment);
  const isShared = storeSettings.kind !== 'conversation';
  try {
    const done = await work({
      ...services,
      isShared,
      boundTo: isShared ? boundTo(services.tokenEndpoint) : mark,
      environment: { ...environment, store, owner: newOwner(environment) },
    });
    return done.warning === undefined ? done : { ...done, warning: explain(done.warning) };
  } catch (thrown) {
    throw explain(toAccessTokenError(thrown));
  } finally {
    store.close();
  }
}

/** Names this execution: the time and random digits. It isn't a secret, so the crypto module needn't be loaded. */
function newOwner({ now, random }: StoredTokenEnvironment): string {
  const digits = () => Math.floor(random() * 36 ** 8).toString(36);
  return `${now().toString(36)}-${digits()}-${digits()}`;
}
