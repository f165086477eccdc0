import { AccessTokenError } from '../errors';
import { isTokenRecord } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import type { RecordCipher } from './record-cipher';

/** Writes a record as the encrypted text that goes into a store. */
export function sealRecord(record: TokenRecord, tokenName: string, cipher: RecordCipher): string {
  return cipher.seal(JSON.stringify(record), tokenName);
}

/**
 * Reads what a store holds: an encrypted record, or a plain one of an earlier version.
 *
 * @returns `null` for a record that is damaged, or encrypted with a key that nobody has any more: both
 *   are mended by the next refresh
 */
export function openRecord(stored: unknown, tokenName: string, cipher: RecordCipher): TokenRecord | null {
  const record = typeof stored === 'string' ? parse(stored, tokenName, cipher) : stored;
  return isTokenRecord(record) ? record : null;
}

function parse(stored: string, tokenName: string, cipher: RecordCipher): unknown {
  try {
    const text = cipher.open(stored, tokenName);
    return text === null ? null : JSON.parse(text);
  } catch (thrown) {
    if (thrown instanceof SyntaxError || thrown instanceof AccessTokenError) return null;
    throw thrown;
  }
}
