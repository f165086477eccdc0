import { isExpired, isTokenRecord } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { withoutRefreshToken } from '../stores/conversation';
import type { TokenCopies } from '../stores/conversation';

/** Where the conversation's copies lie in the context, by token name. */
export const COPIES_KEY = '_accessTokenCopies';

/** The platform refuses objects over 62 KB; a token is plain ASCII, a byte a character. */
const MOST_CHARACTERS = 60_000;

/** The conversation's copies of its tokens. Changes are gathered, to cost one write at most. */
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
    const { token, timestamp, version } = this.get(tokenName) ?? {};
    const same = version === record.version && timestamp === record.timestamp;
    if (same && token?.access_token === record.token.access_token) return;
    this.copies.delete(tokenName);
    this.copies.set(tokenName, { ...withoutRefreshToken(record), version: record.version });
    this.changed = true;
  }

  /** @returns what the context should hold now, without expired copies; `null` when nothing changed */
  changes(): Record<string, unknown> | null {
    if (!this.changed) return null;
    const living = [...this.copies].filter(([, copy]) => isTokenRecord(copy) && !isExpired(copy, this.now()));
    let characters = 0;
    const fits = (entry: object) => (characters += JSON.stringify(entry).length) <= MOST_CHARACTERS;
    // Where not all fit, the newest, which were put last, are kept.
    return Object.fromEntries(living.reverse().filter(fits).reverse());
  }
}
