import type { RequestSettings } from '../settings/request';
import { memberAt } from '../json';

/** The challenge of RFC 6750 §3.1 that a new token can't answer: the client lacks the permission. */
const INSUFFICIENT_SCOPE = /\berror\s*=\s*"?insufficient_scope\b/i;
const SCOPE = /\bscope\s*=\s*"([\w:./ -]{1,200})"/i;

/** How an API signals that it no longer accepts a token. */
export type RefusedTokenRule = Pick<RequestSettings, 'retryStatuses' | 'retryPath' | 'retryValue'>;

/** Whether an API's status says that the token is wrong, rather than too weak. */
export function isRefusedByStatus(status: number, headers: Record<string, string>, { retryStatuses }: RefusedTokenRule): boolean {
  return retryStatuses.includes(status) && !lacksScope(headers);
}

/** Whether the response says so. Some APIs do with any status. */
export function isRefusedByBody(body: unknown, headers: Record<string, string>, { retryPath, retryValue }: RefusedTokenRule): boolean {
  if (retryPath === undefined || lacksScope(headers)) return false;
  const found = memberAt(body, retryPath);
  return ['string', 'number', 'boolean'].includes(typeof found) && String(found) === retryValue;
}

/** Whether the token lacks a scope. A new one would lack it too. */
export function lacksScope(headers: Record<string, string>): boolean {
  return INSUFFICIENT_SCOPE.test(headers['www-authenticate'] ?? '');
}

/** The scope that the API requires, if it says so. */
export function scopeWanted(headers: Record<string, string>): string | undefined {
  return SCOPE.exec(headers['www-authenticate'] ?? '')?.[1];
}
