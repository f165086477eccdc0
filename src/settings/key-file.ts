import { parseJson, readJsonObject } from '../json';

/** A pasted key, and what else its file says. */
export interface KeyFile {
  /** PEM, or the text of a JWK. Without a JSON key, the whole pasted text. */
  privateKey: string;
  tokenUrl?: string | undefined;
  clientId?: string | undefined;
  keyId?: string | undefined;
  /** Whether it is a Google service account, which acts for itself if no subject is set. */
  isServiceAccount: boolean;
}

/**
 * Reads a provider's JSON key (Google, Zitadel, Skyflow…), in any spelling of its members (`private_key`,
 * `privateKey`). Of a JWK it reads the `kid`.
 */
export function readKeyFile(key: string): KeyFile {
  // A form field may have turned the `\n` in a JSON string into line ends. As spaces they parse.
  const file = readJsonObject(parseJson(key.replace(/[\n\r\t\ufeff]/g, ' ')));
  const members = new Map(Object.entries(file ?? {}).map(([name, value]) => [name.replace(/[_-]/g, '').toLowerCase(), value]));
  const read = (...names: string[]) => names.map((name) => members.get(name)).find(isFilledIn);
  return {
    privateKey: read('privatekey', 'key') ?? key,
    tokenUrl: read('tokenuri', 'tokenurl', 'tokenendpoint'),
    // Google's client_id is a number, which can't get a token.
    clientId: read('clientemail', 'clientid', 'userid', 'iss'),
    keyId: read('privatekeyid', 'keyid', 'kid'),
    isServiceAccount: read('type') === 'service_account',
  };
}

function isFilledIn(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
