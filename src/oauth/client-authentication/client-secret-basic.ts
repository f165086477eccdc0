import { toBase64 } from '../../base64';
import { formEncode } from '../../http';
import type { Client, ClientAuthentication } from './client-authentication';

/** RFC 6749 §2.3.1: HTTP Basic, id and secret form-encoded before. */
export const clientSecretBasic = {
  name: 'client_secret_basic',
  authenticate(client, { headers }) {
    headers['authorization'] = `Basic ${basicCredentials(client)}`;
  },
} as const satisfies ClientAuthentication;

export function basicCredentials({ clientId, clientSecret = '' }: Client): string {
  // Form encoding has left ASCII only, one byte a character.
  return toBase64(`${formEncode(clientId)}:${formEncode(clientSecret)}`);
}
