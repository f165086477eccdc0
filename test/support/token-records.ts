import { createHash } from 'node:crypto';

import type { RefreshFailure, Token, TokenRecord } from '../../src/lifetime';

/** When most tests begin, Unix milliseconds. It is a whole second. */
export const START = Date.UTC(2030, 0, 1);

/** A token's fingerprint as nodes and transformers make it: the first 8 hex digits of SHA-256. */
export function fingerprint(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}

export function tokenOf(access_token: string, members: Partial<Token> = {}): Token {
  return { access_token, token_type: 'Bearer', expires_in: 100, ...members };
}

/** @param issuedAt Unix milliseconds */
export function recordOf(
  access_token: string,
  issuedAt: number,
  members: Partial<Token> = {},
): Pick<TokenRecord, 'token' | 'timestamp'> {
  return { token: tokenOf(access_token, members), timestamp: Math.floor(issuedAt / 1000) };
}

export function failureOf(at: number, members: Partial<RefreshFailure> = {}): RefreshFailure {
  return { code: 'token_endpoint_unavailable', at, attempts: 1, retryAt: at + 1000, ...members };
}
