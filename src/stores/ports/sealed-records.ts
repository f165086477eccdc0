import type { TokenRecord } from '../../lifetime';
import type { RecordCipher } from './record-cipher';
import { openRecord, sealRecord } from './sealed-record';
import type { Unreadable } from './sealed-record';

interface OpenedRecord {
  sealed: string;
  record: Readonly<TokenRecord>;
}

/** Some megabytes of tokens. More would waste the memory of a shared process. */
const MOST_REMEMBERED = 1000;

/**
 * Seals and opens records, and remembers the opened ones. If the platform keeps the transformer between messages, an
 * unchanged record need not be decrypted for each message.
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

  /** @param stored the session's value */
  open(stored: unknown, tokenName: string): Readonly<TokenRecord> | Unreadable {
    const last = this.opened.get(tokenName);
    if (last !== undefined && last.sealed === stored) return last.record;
    const record = openRecord(stored, tokenName, this.cipher);
    if (typeof stored === 'string' && typeof record !== 'string') this.remember(tokenName, { sealed: stored, record });
    return record;
  }

  /** Drops the copy of a record that is removed from the store. */
  drop(tokenName: string): void {
    this.opened.delete(tokenName);
  }

  private remember(tokenName: string, opened: OpenedRecord): void {
    if (this.opened.size >= MOST_REMEMBERED) this.opened.clear();
    this.opened.set(tokenName, opened);
  }
}
