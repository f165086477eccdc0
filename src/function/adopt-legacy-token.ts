import { toAccessTokenError } from '../errors';
import type { TokenRecord } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import { nameOf } from './context';
import type { Hop } from './context';
import { openStore } from './open-store';
import type { LegacyToken } from './parameters';

/**
 * Puts the token of the older, hand-made Function into the store, where this Function knows one, and where the token is
 * newer than what lies there: the older Function has mostly posted it already, with its own time, which is exact.
 */
export async function adoptLegacyToken(legacy: LegacyToken, hop: Hop): Promise<void> {
  const { config, console, log, owner } = hop;
  if (config.refreshBy === 'flow') return;
  const [first] = config.tokens;
  const tokenName = first === undefined ? DEFAULT_TOKEN_NAME : nameOf(first);
  try {
    const store = openStore(config, hop);
    const { record } = await store.read(tokenName);
    if (record !== null && isAsNew(record, legacy)) {
      log('The store has the token of the older Function, or a newer one.');
      return;
    }
    const { status } = await store.commit({ tokenName, owner, ifVersion: record?.version ?? 0, record: legacy });
    if (status === 'committed') log('The token of the older Function is in the store now.');
    else log('The store has just got another token, which stays.');
  } catch (thrown) {
    const { code, message, remedy } = toAccessTokenError(thrown);
    console.error(`[access-token] ${code}: the older Function's token could not be stored. ${message} ${remedy}`);
  }
}

function isAsNew(record: TokenRecord, { token, timestamp }: LegacyToken): boolean {
  return record.token.access_token === token.access_token || record.timestamp >= timestamp;
}
