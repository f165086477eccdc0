import { parseJson, readJsonObject } from '../json';

/** A pasted key, with the other members of its file. */
export interface KeyFile {
  /** PEM, or the text of a JWK. If it is not a JSON key, the whole pasted text. */
  privateKey: string;
  tokenUrl?: string | undefined;
  clientId?: string | undefined;
  keyId?: string | undefined;
  /** Whether it is a Google service account, which speaks for itself if no subject is named. */
  isServiceAccount: boolean;
}

/**
 * Reads a provider's JSON key (Google, Zitadel, Skyflow and others), whether it writes `private_key` or `privateKey`. A JWK provides its
 * `kid`.
 */
export function readKeyFile(key: string): KeyFile {
  // A form field may have turned `
  // ` in the JSON text into line ends. As spaces they are allowed there.
  const file = readJsonObject(parseJson(key.replace(/[\n\r\t\ufeff]/g, ' ')));
  const members = new Map(Object.entries(file ?? {}).map(([name, value]) => [name.replace(/[_-]/g, '').toLowerCase(), value]));
  const read = (...names: string[]) => names.map((name) => members.get(name)).find(isFilledIn);
  return {
    privateKey: read('privatekey', 'key') ?? key,
    tokenUrl: read('tokenuri', 'tokenurl', 'tokenendpoint'),
    // At Google, client_id is a number that gets no token.
    clientId: read('clientemail', 'clientid', 'userid', 'iss'),
    keyId: read('privatekeyid', 'keyid', 'kid'),
    isServiceAccount: read('type') === 'service_account',
  };
}

function isFilledIn(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
