import type { TokenRecord } from '../../../src/lifetime';
import { DAY_MS } from '../durations';

/** How servers say in how many seconds a refresh token ends. */
const MEMBERS = ['refresh_token_expires_in', 'refresh_expires_in'];

/** A user has so long to consent anew. */
export const WARN_BEFORE_MS = 7 * DAY_MS;

/**
 * When a stored refresh token ends: the answer that brought it says so, or else what is known of the provider.
 *
 * @param days how long a refresh token of this provider lives, where each use brings a new one
 * @returns Unix milliseconds; `undefined` where nobody says, or it never ends
 */
export function refreshTokenEndsAt({ token, timestamp }: TokenRecord, days: number | undefined): number | undefined {
  if (token.refresh_token === undefined) return undefined;
  const seconds = MEMBERS.map((name) => Number(token[name])).find((number) => number > 0 && Number.isFinite(number));
  if (seconds !== undefined) return (timestamp + seconds) * 1000;
  // 0 says that it does not end.
  const isEndless = MEMBERS.some((name) => token[name] === 0);
  return days === undefined || isEndless ? undefined : timestamp * 1000 + days * DAY_MS;
}

/** Whether a refresh failed since the refresh token is not taken any more. */
export function isRefreshTokenRefused({ code }: { code: string }, record: TokenRecord | null): boolean {
  return code === 'invalid_grant' && record?.token.refresh_token !== undefined;
}

/** @returns what to do about a refresh token that has ended, or is about to */
export function authorizeAgain(tokenName: string): string {
  return `Run access-token authorize --token ${/^[\w.-]+$/.test(tokenName) ? tokenName : JSON.stringify(tokenName)}: it asks the user for a new consent, and brings the new refresh token to the shared store.`;
}
