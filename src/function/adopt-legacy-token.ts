import { toAccessTokenError } from '../errors';
import { DEFAULT_REFRESH_PERCENT, isExpired } from '../lifetime';
import type { Token, TokenRecord } from '../lifetime';
import { logError, logOf } from '../log';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { openStore } from './beat-store';
import type { ChainToken } from './config';
import { nameOf, refreshPercentOf } from './context';
import type { Hop } from './context';
import { issuedAt } from './parameters';
import type { LegacyToken } from './parameters';

/**
 * Stores the token that the older, hand-made Function handed over. Anyone who may trigger the Function can hand one
 * over, so it is stored only if the store has neither a valid token nor a refresh token. Usually the older Function has
 * already posted its token itself, with the exact time.
 *
 * The older Function had its refresh token in its own code, so that one comes from the configuration. Once there is a
 * record, a refresh uses only the record's own.
 *
 * Never rejects.
 */
export async function adoptLegacyToken(legacy: LegacyToken, hop: Hop): Promise<void> {
  const { config, owner, now } = hop;
  if (config.refreshBy === 'flow') return;
  const [first] = config.tokens;
  const tokenName = first === undefined ? DEFAULT_TOKEN_NAME : nameOf(first);
  const log = logOf(tokenName, hop.log);
  const tell = (message: string) => log('info', 'handed_over', message);
  try {
    const store = openStore(config, hop);
    const { record, now: storeNow } = await store.read(tokenName);
    const isKept = hasUse(record, storeNow);
    const adopted = isKept ? withRefreshToken(record, first) : fromLegacy(legacy, first, now());
    if (adopted === undefined) {
      tell(isKept ? 'The store has the token of the older Function, or a newer one.' : "The older Function's token is left alone: its age is unknown.");
      return;
    }
    const { status } = await store.commit({ tokenName, owner, ifVersion: record?.version ?? 0, record: adopted });
    if (status === 'committed') tell('The token of the older Function is in the store now.');
    else tell('The store has just got another token, which stays.');
  } catch (thrown) {
    logError(log, toAccessTokenError(thrown), "The older Function's token could not be stored. ");
  }
}

/** Whether a record must be kept: its token is valid, or its refresh token can get another one. */
function hasUse(record: TokenRecord | null, now: number): record is TokenRecord {
  return record !== null && (!isExpired(record, now) || record.token.refresh_token !== undefined);
}

/** The token that the older Function posted, with the refresh token that it kept to itself. */
function withRefreshToken({ token, timestamp }: TokenRecord, configured: ChainToken | undefined) {
  const missing = configuredRefreshToken(configured);
  const isWhole = token.refresh_token !== undefined || missing.refresh_token === undefined;
  return isWhole ? undefined : { token: { ...token, ...missing }, timestamp };
}

function fromLegacy(legacy: LegacyToken, configured: ChainToken | undefined, now: number) {
  // The older Function had its own percentage, usually the article's 90. With the larger of both, the token counts as
  // older.
  const percent = Math.max(DEFAULT_REFRESH_PERCENT, refreshPercentOf(configured ?? {}));
  const timestamp = issuedAt(legacy, percent, now);
  return timestamp === undefined ? undefined : { token: { ...configuredRefreshToken(configured), ...(legacy.token as Token) }, timestamp };
}

function configuredRefreshToken(token: ChainToken | undefined): Pick<Token, 'refresh_token'> {
  const refreshToken = token?.refreshToken;
  return typeof refreshToken === 'string' && refreshToken !== '' ? { refresh_token: refreshToken } : {};
}
