import { AccessTokenError } from '../errors';
import type { HttpRequest } from '../http';
import type { RequestSettings } from '../settings/request';
import { bodyOf } from './body';

/** A request to an API, perhaps changed by redirects. */
export interface ApiRequest extends HttpRequest {
  body: string;
  /** The header that holds the token, in lower case. Absent once a redirect has left the token's origin. */
  tokenHeader?: string;
}

/** The header that carries the token. */
export interface TokenHeader {
  name: string;
  value: string;
}

/**
 * Builds the request from the node's settings, and adds the token.
 *
 * @throws AccessTokenError request_invalid if the body isn't of its type, or a header is the token's own
 */
export function buildRequest(settings: RequestSettings, token: TokenHeader): ApiRequest {
  const { method, url, headers } = settings;
  const tokenHeader = token.name.toLowerCase();
  if (tokenHeader in headers) {
    const message = `"headers" sets ${token.name}, but the node puts the token there.`;
    throw new AccessTokenError('request_invalid', message, { field: 'headers', remedy: `Take ${token.name} out of the headers.` });
  }
  const written = bodyOf(settings);
  const type = written === undefined ? {} : { 'content-type': written.type };
  return { method, url, headers: { ...type, ...headers, [tokenHeader]: token.value }, body: written?.text ?? '', tokenHeader, asBytes: true };
}
