import { parseJson, readJsonObject } from '../../json';

/** A key as it was pasted, and what its file says besides. */
export interface KeyFile {
  /** PEM, or the text of a JWK. Without a JSON key, all that was pasted. */
  privateKey: string;
  tokenUrl?: string | undefined;
  clientId?: string | undefined;
  keyId?: string | undefined;
  /** Whether it is a Google service account: it speaks for itself where no subject is named. */
  isServiceAccount: boolean;
}

/**
 * Reads a provider's JSON key, whatever way its members are written (`private_key`, `privateKey`): Google, Zitadel, Skyflow…
 * A JWK gives its `kid`.
 */
export function readKeyFile(key: string): KeyFile {
  // A form field may have made line ends of the `\n` in a JSON text; as spaces they are allowed there.
  const file = readJsonObject(parseJson(key.replace(/[\n\r\t\ufeff]/g, ' ')));
  const members = new Map(Object.entries(file ?? {}).map(([name, value]) => [name.replace(/[_-]/g, '').toLowerCase(), value]));
  const read = (...names: string[]) => names.map((name) => members.get(name)).find(isFilledIn);
  return {
    privateKey: read('privatekey', 'key') ?? key,
    tokenUrl: read('tokenuri', 'tokenurl', 'tokenendpoint'),
    // At Google, client_id is a number that no token is given to.
    clientId: read('clientemail', 'clientid', 'userid', 'iss'),
    keyId: read('privatekeyid', 'keyid', 'kid'),
    isServiceAccount: read('type') === 'service_account',
  };
}

function isFilledIn(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
