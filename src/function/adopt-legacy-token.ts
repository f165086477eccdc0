import { toAccessTokenError } from '../errors';
import type { Token, TokenRecord } from '../lifetime';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import type { ChainToken } from './config';
import { nameOf } from './context';
import type { Hop } from './context';
import { openStore } from './open-store';
import type { LegacyToken } from './parameters';

/**
 * Puts the token of the older, hand-made Function into the store, where this Function knows one, and where the token is
 * newer than what lies there: the older Function has mostly posted it already, with its own time, which is exact. A
 * refresh token that the older Function had in its own text comes from the configuration: once there is a record, only
 * the record's own is used.
 */
export async function adoptLegacyToken(legacy: LegacyToken, hop: Hop): Promise<void> {
  const { config, console, log, owner } = hop;
  if (config.refreshBy === 'flow') return;
  const [first] = config.tokens;
  const tokenName = first === undefined ? DEFAULT_TOKEN_NAME : nameOf(first);
  try {
    const store = openStore(config, hop);
    const { record } = await store.read(tokenName);
    const isKnown = record !== null && isAsNew(record, legacy);
    const { token, timestamp } = isKnown ? record : legacy;
    const missing = token.refresh_token === undefined ? configuredRefreshToken(first) : {};
    if (isKnown && missing.refresh_token === undefined) {
      log('The store has the token of the older Function, or a newer one.');
      return;
    }
    const adopted = { token: { ...token, ...missing }, timestamp };
    const { status } = await store.commit({ tokenName, owner, ifVersion: record?.version ?? 0, record: adopted });
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

function configuredRefreshToken(token: ChainToken | undefined): Pick<Token, 'refresh_token'> {
  const refreshToken = token?.refreshToken;
  return typeof refreshToken === 'string' && refreshToken !== '' ? { refresh_token: refreshToken } : {};
}
