import crypto from 'node:crypto';

import type { TokenRecord } from '../../src/lifetime';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';

/** Decrypts a record that the Endpoint's transformer has stored. */
export function openedRecord(sealed: unknown, tokenName: string, endpointSecret: string): TokenRecord | undefined {
  if (typeof sealed !== 'string') return undefined;
  const text = new AesGcmCipher([endpointSecret], crypto).open(sealed, tokenName);
  return text === null ? undefined : (JSON.parse(text) as TokenRecord);
}
