import type { RequestSettings } from '../settings/request';
import { memberAt } from '../json';

/** A challenge of RFC 6750 §3.1. A new token wouldn't help, because the client lacks the permission. */
const INSUFFICIENT_SCOPE = /\berror\s*=\s*"?insufficient_scope\b/i;
const SCOPE = /\bscope\s*=\s*"([\w:./ -]{1,200})"/i;

/** How an API says that it refuses a token. */
export type RefusedTokenRule = Pick<RequestSettings, 'retryStatuses' | 'retryPath' | 'retryValue'>;

/** Whether the API has refused the token by its status. A token that only lacks a scope doesn't count. */
export function isRefusedByStatus(status: number, headers: Record<string, string>, { retryStatuses }: RefusedTokenRule): boolean {
  return retryStatuses.includes(status) && !lacksScope(headers);
}

/** The same by the answer's content. Some APIs refuse tokens with any status. */
export function isRefusedByBody(body: unknown, headers: Record<string, string>, { retryPath, retryValue }: RefusedTokenRule): boolean {
  if (retryPath === undefined || lacksScope(headers)) return false;
  const found = memberAt(body, retryPath);
  return ['string', 'number', 'boolean'].includes(typeof found) && String(found) === retryValue;
}

/** Whether the token lacks a scope, which a new one would lack too. */
export function lacksScope(headers: Record<string, string>): boolean {
  return INSUFFICIENT_SCOPE.test(headers['www-authenticate'] ?? '');
}

/** The scope that the API wants, if it names one. */
export function scopeWanted(headers: Record<string, string>): string | undefined {
  return SCOPE.exec(headers['www-authenticate'] ?? '')?.[1];
}
