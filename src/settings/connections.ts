import { COGNIGY_API_CONNECTION } from './chain';
import type { ConnectionType } from './setting';
import { STORE_CHOICES } from './stores';
import { TLS_CERTIFICATES_CONNECTION } from './tls';
import { OAUTH2_CLIENT_CREDENTIALS } from './token';

/** All connection types, in the order of the editor. */
export const CONNECTION_TYPES: readonly ConnectionType[] = [
  OAUTH2_CLIENT_CREDENTIALS,
  ...Object.values(STORE_CHOICES).map(({ connection }) => connection),
  COGNIGY_API_CONNECTION,
  TLS_CERTIFICATES_CONNECTION,
];
