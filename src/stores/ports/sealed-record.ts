import { isAccessTokenError } from '../../errors';
import { parseJson } from '../../json';
import { isTokenRecord } from '../../lifetime';
import type { TokenRecord } from '../../lifetime';
import type { RecordCipher } from './record-cipher';

/** Turns a record into the encrypted text that goes into a store. */
export function sealRecord(record: TokenRecord, tokenName: string, cipher: RecordCipher): string {
  return cipher.seal(JSON.stringify(record), tokenName);
}

/** Why a record can't be read. Either way the next refresh replaces it. */
export type Unreadable = 'damaged' | 'encrypted_with_another_key';

/** Reads a stored record: an encrypted one, or a plain one of an earlier version. */
export function openRecord(stored: unknown, tokenName: string, cipher: RecordCipher): TokenRecord | Unreadable {
  try {
    const record = typeof stored === 'string' ? parse(stored, tokenName, cipher) : stored;
    return isTokenRecord(record) ? record : 'damaged';
  } catch (thrown) {
    if (isAccessTokenError(thrown)) return 'encrypted_with_another_key';
    throw thrown;
  }
}

function parse(stored: string, tokenName: string, cipher: RecordCipher): unknown {
  const text = cipher.open(stored, tokenName);
  return text === null ? null : parseJson(text);
}
