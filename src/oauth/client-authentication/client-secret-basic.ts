import { toBase64 } from '../../base64';
import { formEncode } from '../../http';
import type { Client, ClientAuthentication } from './client-authentication';

/** RFC 6749 §2.3.1: HTTP Basic, id and secret form-encoded before. */
export const clientSecretBasic: ClientAuthentication = {
  authenticate(client, { headers }) {
    headers['authorization'] = `Basic ${basicCredentials(client)}`;
  },
  secrets: (client) => [basicCredentials(client)],
};

function basicCredentials({ clientId, clientSecret = '' }: Client): string {
  // Form encoding has left ASCII only, one byte a character.
  const text = `${formEncode(clientId)}:${formEncode(clientSecret)}`;
  return toBase64(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}
