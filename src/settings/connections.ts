import { AUTHENTICATION_CHOICES } from './authentication';
import { COGNIGY_API_CONNECTION } from './chain';
import type { ConnectionType } from './setting';
import { STORE_CHOICES } from './stores';
import { TLS_CERTIFICATES_CONNECTION } from './tls';

/** All connection types, in the order of the editor. */
export const CONNECTION_TYPES: readonly ConnectionType[] = [
  ...Object.values(AUTHENTICATION_CHOICES).map(({ connection }) => connection),
  ...Object.values(STORE_CHOICES).map(({ connection }) => connection),
  COGNIGY_API_CONNECTION,
  TLS_CERTIFICATES_CONNECTION,
];
