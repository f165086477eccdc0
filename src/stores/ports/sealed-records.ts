import type { TokenRecord } from '../../lifetime';
import type { RecordCipher } from './record-cipher';
import { openRecord, sealRecord } from './sealed-record';
import type { Unreadable } from './sealed-record';

interface OpenedRecord {
  sealed: string;
  record: Readonly<TokenRecord>;
}

/** Some megabytes of tokens; beyond, the memory of a shared process is better used otherwise. */
const MOST_REMEMBERED = 1000;

/**
 * Seals and opens records, and remembers what it has opened: where the platform keeps the transformer between
 * messages, a record that did not change need not be decrypted for each of them.
 */
export class SealedRecords {
  /** By token name. */
  private readonly opened = new Map<string, OpenedRecord>();

  constructor(private readonly cipher: RecordCipher) {}

  seal(record: TokenRecord, tokenName: string): string {
    const sealed = sealRecord(record, tokenName, this.cipher);
    this.remember(tokenName, { sealed, record });
    return sealed;
  }

  /** @param stored what lies in the session */
  open(stored: unknown, tokenName: string): Readonly<TokenRecord> | Unreadable {
    const last = this.opened.get(tokenName);
    if (last !== undefined && last.sealed === stored) return last.record;
    const record = openRecord(stored, tokenName, this.cipher);
    if (typeof stored === 'string' && typeof record !== 'string') this.remember(tokenName, { sealed: stored, record });
    return record;
  }

  /** Keeps no copy of what is taken out of the store. */
  drop(tokenName: string): void {
    this.opened.delete(tokenName);
  }

  private remember(tokenName: string, opened: OpenedRecord): void {
    if (this.opened.size >= MOST_REMEMBERED) this.opened.clear();
    this.opened.set(tokenName, opened);
  }
}
