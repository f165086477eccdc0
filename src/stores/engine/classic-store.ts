import { isExpired, isFromFuture } from '../../lifetime';
import type { TokenRecord, UnstoredRecord } from '../../lifetime';
import { fromFuture, keyOf, StoreEngine } from './engine';
import { entryOf } from './token-entry';

/** A store that also takes the classic update: the one behind an Endpoint. */
export class ClassicStore extends StoreEngine {
  /**
   * Stores a token that was refreshed elsewhere, without a lease.
   *
   * It replaces the stored token, unless that one is newer, or is still valid while this one is not. A stored refresh
   * token stays if the update brings none. A token from before its name was forgotten stays out.
   *
   * @returns the version that is stored now
   * @throws AccessTokenError store_error for a timestamp in the future, and the port's errors
   */
  async update(tokenName: string, { token, timestamp }: UnstoredRecord): Promise<number> {
    return this.change(keyOf(tokenName), (loaded) => {
      const { now } = loaded;
      if (isFromFuture({ timestamp }, now)) throw fromFuture();
      const { record, forgotten } = entryOf(loaded);
      const version = record?.version ?? Math.max(0, forgotten.version);
      const isOlder = timestamp * 1000 <= forgotten.at || (record !== null && !isFromFuture(record, now) && record.timestamp > timestamp);
      const isWorse = record !== null && !isExpired(record, now) && isExpired({ token, timestamp }, now);
      if (isOlder || isWorse) return { answer: version };
      const kept = record?.token.refresh_token;
      const isWhole = kept === undefined || token.refresh_token !== undefined;
      const whole = isWhole ? { token } : { token: { ...token, refresh_token: kept }, ...seedsOf(record) };
      return { changes: { record: { ...whole, timestamp, version: version + 1 } }, answer: version + 1 };
    });
  }
}

/** Where the kept refresh token came from, so that the configured one doesn't count as new. */
function seedsOf(record: TokenRecord | null): Pick<TokenRecord, 'seeds'> {
  return record?.seeds === undefined ? {} : { seeds: record.seeds };
}
