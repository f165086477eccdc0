import type { AccessTokenError } from '../errors';
import { formEncode } from '../http/form';
import { tidy } from '../http/url';
import type { TokenEndpointSettings } from './config';

/** What answers this is no token endpoint. */
const WRONG_ADDRESS = [404, 405, 406, 410, 415];
/** How servers say that the client has not proved who it is, where they have another code for it than `invalid_client`. */
const UNPROVED = /client.?(?:id|secret|auth)|(?:bad|invalid|wrong) (?:client )?cred/i;

/**
 * The same error, with what this caller can do about it. In the extension a file of its own: only failures need it.
 *
 * @param error of the token endpoint, just now or at an earlier refresh; others are left as they are
 * @param settings as they were entered
 */
export function withRemedy(error: AccessTokenError, settings: TokenEndpointSettings): AccessTokenError {
  const remedy = remedyOf(error, settings);
  return remedy === undefined ? error : error.with({ remedy });
}

function remedyOf({ code, status = 0, message, grant }: AccessTokenError, settings: TokenEndpointSettings): string | undefined {
  // An earlier refusal that is only told again does not know its grant.
  const isRefresh = grant === 'refresh_token' || (grant === undefined && Boolean(settings.refreshToken));
  const isUnproved = UNPROVED.test(message);
  switch (code) {
    case 'invalid_grant':
      if (isRefresh) return NEW_REFRESH_TOKEN;
      return `Check token URL, client ID and scope in the connection.${grant === undefined ? ' Or enter a new refresh token, if the store was given one.' : ''}`;
    case 'unsupported_grant_type':
      return isRefresh ? undefined : 'This server does not offer client credentials: enter a refresh token in the connection. If it should, check the token URL.';
    case 'invalid_client':
      return clientRemedy(settings, isRefresh);
    case 'unauthorized_client':
      if (status === 401 || isUnproved) return clientRemedy(settings, isRefresh);
      return `Allow this client ${isRefresh ? 'refresh tokens' : 'client credentials'} at the authorization server.`;
    case 'invalid_request':
    case 'token_endpoint_error':
    case 'token_endpoint_rejected': {
      if (isUnproved) return clientRemedy(settings, isRefresh);
      if (WRONG_ADDRESS.includes(status)) return 'Check the token URL in the connection: this address takes no token requests.';
      const [what] = /scope|audience|resource/i.exec(message) ?? [];
      return what && `Check the ${what.toLowerCase()} in the connection, and what the authorization server allows this client.`;
    }
    default:
      return undefined;
  }
}

const NEW_REFRESH_TOKEN =
  'Enter a new refresh token in the connection; where a Function refreshes, in its configuration too. The token name stays.';

function clientRemedy({ clientId, clientSecret, clientAuthentication }: TokenEndpointSettings, isRefresh: boolean): string {
  const isPost = clientAuthentication === 'client_secret_post';
  const change = `set its client authentication to ${isPost ? 'client_secret_basic' : 'client_secret_post'}`;
  // Most servers compare Basic credentials as they come, and do not decode them as RFC 6749 §2.3.1 has it.
  const isEncoded = !isPost && [clientId, clientSecret].some((text) => typeof text === 'string' && formEncode(tidy(text)) !== tidy(text));
  const remedy = isEncoded
    ? `In the connection, ${change}: many servers do not decode special characters of client ID and client secret in a Basic header. Otherwise check both.`
    : `Check the client ID and the client secret in the connection, or ${change}.`;
  return isRefresh ? `${remedy} If that is right, enter a new refresh token.` : remedy;
}
