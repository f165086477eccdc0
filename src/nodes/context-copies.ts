import { bytesOf } from '../json';
import { isExpired, isTokenRecord } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { MOST_BYTES } from '../settings/result';
import type { TokenCopies } from '../stores/ports/context';
import { COPIES_KEY } from './result-place';

/** The conversation's copies of its tokens. Changes are collected, so that they cost one write at most. */
export class ContextCopies implements TokenCopies {
  private readonly copies: Map<string, unknown>;
  private changed = false;

  /**
   * @param context the conversation's context
   * @param now Unix milliseconds
   */
  constructor(
    context: Record<string, unknown> | null | undefined,
    private readonly now: () => number,
  ) {
    const stored = context?.[COPIES_KEY];
    this.copies = new Map(typeof stored === 'object' && stored !== null ? Object.entries(stored) : []);
  }

  get(tokenName: string): TokenRecord | null {
    const copy = this.copies.get(tokenName);
    return isTokenRecord(copy) ? copy : null;
  }

  put(tokenName: string, record: TokenRecord): void {
    const { token, timestamp, version, boundTo } = this.get(tokenName) ?? {};
    const same = version === record.version && timestamp === record.timestamp && boundTo === record.boundTo;
    const hasMore = token !== undefined && Object.keys(record.token).some((name) => !(name in token));
    if (same && token?.access_token === record.token.access_token && !hasMore) return;
    this.copies.delete(tokenName);
    this.copies.set(tokenName, record);
    this.changed = true;
  }

  remove(tokenName: string): void {
    if (this.copies.delete(tokenName)) this.changed = true;
  }

  /** An expired copy is still useful if it says which refresh token was used up. */
  private isOfUse(copy: TokenRecord): boolean {
    return !isExpired(copy, this.now()) || copy.seeds !== undefined;
  }

  /** @returns the new value for the context, without useless copies; `null` if nothing has changed */
  changes(): Record<string, unknown> | null {
    if (!this.changed) return null;
    const living = [...this.copies].filter(([, copy]) => isTokenRecord(copy) && this.isOfUse(copy));
    const sized = living.map((entry, age) => ({ entry, age, bytes: bytesOf(JSON.stringify(entry)) }));
    // If not all of them fit, the largest are dropped first, because one of them isn't worth all the others. Among
    // equals, the newest stay.
    sized.sort((one, other) => one.bytes - other.bytes || other.age - one.age);
    let bytes = 0;
    const kept = sized.filter((copy) => (bytes += copy.bytes) <= MOST_BYTES);
    return Object.fromEntries(kept.sort((one, other) => one.age - other.age).map(({ entry }) => entry));
  }
}
