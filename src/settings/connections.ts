import { COGNIGY_API_CONNECTION } from './chain';
import type { ConnectionType } from './setting';
import { ACCESS_TOKEN_STORE, ACCESS_TOKEN_STORE_REDIS } from './store';
import { OAUTH2_CLIENT_CREDENTIALS } from './token';

/** All connection types, in the order of the editor. */
export const CONNECTION_TYPES: readonly ConnectionType[] = [
  OAUTH2_CLIENT_CREDENTIALS,
  ACCESS_TOKEN_STORE,
  ACCESS_TOKEN_STORE_REDIS,
  COGNIGY_API_CONNECTION,
];
