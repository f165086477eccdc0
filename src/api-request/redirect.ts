import { AccessTokenError, isAccessTokenError } from '../errors';
import { checkUrl } from '../http';
import type { HttpResponse } from '../http';
import type { ApiRequest } from './request';

/** Headers whose names suggest credentials, which no other origin may see. */
const CREDENTIALS = /auth|cookie|token|secret|passw|credential|session|signature|key/i;
/** Headers that describe the body are dropped with it (RFC 9110 §15.4). */
const OF_BODY = 'content-';

/**
 * The request that a redirect leads to, RFC 9110 §15.4. The token and anything that looks like a credential stay within
 * their origin. A redirect from https to http is refused.
 *
 * @returns `undefined` if the answer is no redirect
 * @throws AccessTokenError redirect_refused
 */
export function redirected(request: ApiRequest, { status, headers: { location } }: HttpResponse, allowInsecure: boolean): ApiRequest | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const from = new URL(request.url);
  const to = readLocation(location, from);
  const url = checkTarget(to, from, allowInsecure);
  const isRead = changesMethod(status, request.method);
  const kept = Object.entries(request.headers).filter(([name]) => {
    const isSecret = name === request.tokenHeader || CREDENTIALS.test(name);
    return !(isSecret && to.origin !== from.origin) && !(isRead && name.startsWith(OF_BODY));
  });
  const { tokenHeader, ...rest } = request;
  const isOwn = tokenHeader !== undefined && to.origin === from.origin;
  const follow = { ...rest, url, headers: Object.fromEntries(kept), ...(isOwn ? { tokenHeader } : {}) };
  return isRead ? { ...follow, method: 'GET', body: '' } : follow;
}

/** Like other clients, turns a POST into a GET at the new address, unless the status asks to repeat the POST. */
function changesMethod(status: number, method: string): boolean {
  return status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST';
}

function readLocation(location: string, from: URL): URL {
  try {
    // A header has one character per byte.
    const to = new URL(Buffer.from(location, 'latin1').toString('utf8'), from);
    to.hash = '';
    return to;
  } catch {
    throw refused('to something that is not an address');
  }
}

/** Applies the rules for an entered URL. In addition, a request sent with TLS isn't repeated without it. */
function checkTarget(to: URL, from: URL, allowInsecure: boolean): string {
  if (!/^https?:$/.test(to.protocol)) throw refused(`to ${to.protocol.slice(0, 20)}, which is not http(s)`);
  if (to.protocol === 'http:' && from.protocol === 'https:') throw refused(`from https to http (${to.host})`);
  try {
    return checkUrl(to.href, { field: 'url', allowInsecure });
  } catch (thrown) {
    if (!isAccessTokenError(thrown)) throw thrown;
    throw refused(thrown.code === 'insecure_url' ? `to http at ${to.host}` : 'to an address that is malformed or has a user name');
  }
}

/** @param where the end of the sentence */
export function refused(where: string): AccessTokenError {
  return new AccessTokenError('redirect_refused', `The API redirects ${where}. The node does not follow this.`);
}
