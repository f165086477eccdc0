import type { TokenRecord } from '../../../src/lifetime';
import { DAY_MS } from '../durations';

/** Members of an answer that say how many seconds a refresh token lives. */
const MEMBERS = ['refresh_token_expires_in', 'refresh_expires_in'];

/** How long before the end of a refresh token the warning comes, so that a user has time to consent again. */
export const WARN_BEFORE_MS = 7 * DAY_MS;

/**
 * Works out when a stored refresh token ends: from the answer that brought it, or else from what is known of the provider.
 *
 * @param days how many days a refresh token of this provider lives, if each use brings a new one
 * @returns Unix milliseconds; `undefined` if it never ends, or nobody says when
 */
export function refreshTokenEndsAt({ token, timestamp }: TokenRecord, days: number | undefined): number | undefined {
  if (token.refresh_token === undefined) return undefined;
  const seconds = MEMBERS.map((name) => Number(token[name])).find((number) => number > 0 && Number.isFinite(number));
  if (seconds !== undefined) return (timestamp + seconds) * 1000;
  // 0 means that it does not end.
  const isEndless = MEMBERS.some((name) => token[name] === 0);
  return days === undefined || isEndless ? undefined : timestamp * 1000 + days * DAY_MS;
}

/** Whether a refresh failed because the server no longer accepts the refresh token. */
export function isRefreshTokenRefused({ code }: { code: string }, record: TokenRecord | null): boolean {
  return code === 'invalid_grant' && record?.token.refresh_token !== undefined;
}

/** @returns the remedy for a refresh token that has ended or soon will */
export function authorizeAgain(tokenName: string): string {
  return `Run access-token authorize --token ${/^[\w.-]+$/.test(tokenName) ? tokenName : JSON.stringify(tokenName)}: it asks the user for a new consent, and brings the new refresh token to the shared store.`;
}
