import type { AccessTokenError, ErrorCode } from '../errors';
import { formEncode } from '../http/form';
import { tidy } from '../http/url';
import type { TokenEndpointSettings } from './config';
import { isUnproved } from './refusal';

/** A token endpoint never answers with these statuses. */
const WRONG_ADDRESS = [404, 405, 406, 410, 415];
/** How servers say that the times in an assertion do not fit their clock. */
const WRONG_TIME = [
  /time ?(?:frame|range)/i, // Google; Entra: AADSTS700024
  /(?:issued|\biat\b|\bnbf\b).{0,30}(?:future|past|too? old)/i, // Okta, Keycloak, Zitadel
  /too far (?:in|into) the future/i, // Okta, Keycloak
  /assertion.{0,20}expired/i, // Okta
  /token (?:is|has) (?:expired|not (?:yet )?(?:active|valid))/i, // Keycloak, Zitadel, Ory Hydra
  /used before/i, // Ory Hydra, Spring
  /\bjwt (?:has )?expired|expired jwt\b/i, // Spring, Nimbus
  /\b(?:exp|iat|nbf)\b.{0,3}(?:claim|value)/i, // Auth0, login.gov, Box
  /expired authorization code/i, // Salesforce says this of assertions.
];

/**
 * The same error, with a remedy that fits this caller. The extension loads this file only for failures.
 *
 * @param error of the token endpoint, just now or at an earlier refresh; others are left as they are
 * @param settings as they were entered
 * @param way to get a token: the value of the nodes' field `authentication`
 */
export function withRemedy(error: AccessTokenError, settings: TokenEndpointSettings, way: unknown = 'clientSecret'): AccessTokenError {
  // Only what is signed can come at a wrong time.
  const isLate = way !== 'customRequest' && isWrongTime(error, false);
  const remedy = REFUSALS.includes(error.code) && !isLate ? OF_OTHER_WAYS[String(way)] : undefined;
  const own = mistakeIn(error, settings) ?? remedy ?? remedyOf(error, settings);
  return own === undefined ? error : error.with({ remedy: own });
}

function remedyOf(error: AccessTokenError, settings: TokenEndpointSettings): string | undefined {
  const { code, status = 0, message, grant } = error;
  // An earlier refusal, repeated from the store, doesn't know its grant.
  const isRefresh = grant === 'refresh_token' || (grant === undefined && Boolean(settings.refreshToken));
  const isLogin = grant === 'password' || (grant === undefined && !isRefresh && Boolean(settings.username));
  const isLate = isWrongTime(error, isRefresh);
  switch (code) {
    case 'invalid_grant':
      if (isRefresh && !isLate) return NEW_REFRESH_TOKEN;
      if (isLogin && !isLate) return "Check user name and password in the connection. Users with a second factor can't log in this way.";
      return `${isLate ? SET_CLOCK : 'Check token URL, client ID and scope in the connection.'}${grant === undefined ? ' Or enter a new refresh token, if the store was given one.' : ''}`;
    case 'unsupported_grant_type':
      if (isLogin) return 'This server does not accept a user name and password. Leave both empty, and enter a refresh token or a client secret. If it should accept them, check the token URL.';
      return isRefresh ? undefined : 'This server does not offer client credentials: enter a refresh token in the connection. If it should, check the token URL.';
    case 'invalid_client':
      if (isLate) return SET_CLOCK;
      return clientRemedy(settings, isRefresh);
    case 'unauthorized_client':
      if (status === 401 || isUnproved(error)) return clientRemedy(settings, isRefresh);
      return `Allow this client ${isRefresh ? 'refresh tokens' : isLogin ? 'user name and password' : 'client credentials'} at the authorization server.`;
    case 'invalid_request':
    case 'token_endpoint_error':
    case 'token_endpoint_rejected': {
      if (isLate) return SET_CLOCK;
      if (isUnproved(error)) return clientRemedy(settings, isRefresh);
      if (WRONG_ADDRESS.includes(status)) return 'Check the token URL in the connection: this address does not take token requests.';
      const [what] = /scope|audience|resource/i.exec(message) ?? [];
      return what && `Check the ${what.toLowerCase()} in the connection, and what the authorization server allows this client.`;
    }
    default:
      return undefined;
  }
}

/** What people paste into the wrong field, and what to do about it. */
const MISTAKES: [field: 'clientSecret' | 'tokenUrl' | 'clientId', isMistaken: RegExp, remedy: string][] = [
  ['clientSecret', /"private_?key/i, 'The field "Client secret" has a whole key file in it. Choose "With a private key or service account" in the node, and paste the file into that connection.'],
  ['clientSecret', /-----BEGIN|^\s*\{\s*"kty"/, 'The field "Client secret" has a private key in it. Choose "With a private key or service account" in the node, and paste the key into that connection.'],
  ['tokenUrl', /\/\.well-known\//i, 'The field "Token URL" has the address of a description in it. Open that address in a browser, and enter what it calls "token_endpoint".'],
  ['tokenUrl', /\/auth(?:orize|orization)?\/?(?:\?|$)/i, 'The field "Token URL" seems to have the address where users sign in (the authorization URL). Enter the token URL instead, which usually ends with /token.'],
  ['tokenUrl', /^https?:\/\/[^/?]+\/?$|\/realms\/[^/]+\/?$|\/v2\.0\/?$|\/oauth2\/(?:default|aus\w+)\/?$/i, 'The field "Token URL" seems to have only the address of the authorization server (the issuer). Enter the token URL, which usually ends with /token.'],
  ['clientId', /\S +\S/, 'The field "Client ID" has a space in it. Copy the ID again, not its name.'],
];
/** Only a token endpoint answers with an OAuth error. */
const NO_TOKEN_ENDPOINT = /^(?:token_endpoint_(?:error|rejected|redirect)|token_response_invalid|access_token_missing)$/;
const REFUSED_CLIENT = /^(?:invalid_client|invalid_request|unauthorized_client|token_endpoint_(?:error|rejected)|configuration_invalid)$/;

function mistakeIn({ code, transient, field }: AccessTokenError, settings: TokenEndpointSettings): string | undefined {
  if (transient || (field !== undefined && !MISTAKES.some(([name]) => name === field))) return undefined;
  const isMade = (entered: unknown, isMistaken: RegExp) => typeof entered === 'string' && isMistaken.test(entered);
  return MISTAKES.find(
    ([name, isMistaken]) => (name === 'tokenUrl' ? NO_TOKEN_ENDPOINT : REFUSED_CLIENT).test(code) && isMade(settings[name], isMistaken),
  )?.[2];
}

/** The server doesn't believe the client, or the client may not have the token. */
const REFUSALS: readonly ErrorCode[] = ['invalid_client', 'invalid_grant', 'unauthorized_client'];
const OF_OTHER_WAYS: Readonly<Record<string, string>> = {
  signedJwt: 'Check client ID, subject, scope and audience in the connection, and that the authorization server knows the key (key ID or certificate) and allows this client to use it.',
  customRequest: 'Check user name, secret, headers and body in the connection.',
};

/** Of a refresh token that has ended, servers say much the same. */
function isWrongTime({ message }: AccessTokenError, isRefresh: boolean): boolean {
  return (!isRefresh || /assertion/i.test(message)) && WRONG_TIME.some((words) => words.test(message));
}

const NEW_REFRESH_TOKEN =
  'Enter a new refresh token in the connection; where a Function refreshes, in its configuration too. The token name stays.';

const SET_CLOCK = 'Have the clocks of the Cognigy installation and of the authorization server checked. They differ too much for a signed JWT.';

function clientRemedy({ clientId, clientSecret, clientAuthentication }: TokenEndpointSettings, isRefresh: boolean): string {
  if (!clientSecret) return 'Check the client ID in the connection, and whether this client needs a client secret or a certificate.';
  // If the settings leave it open, both ways have been tried.
  if (!clientAuthentication) {
    const both = 'Check the client ID and the client secret in the connection: they were refused in the header and in the body.';
    return isRefresh ? `${both} If they are right, enter a new refresh token.` : both;
  }
  const isPost = clientAuthentication === 'client_secret_post';
  const change = `set its client authentication to ${isPost ? 'client_secret_basic' : 'client_secret_post'}`;
  // Most servers compare Basic credentials as they come, and do not decode them as RFC 6749 §2.3.1 has it.
  const isEncoded = !isPost && [clientId, clientSecret].some((text) => typeof text === 'string' && formEncode(tidy(text)) !== tidy(text));
  const remedy = isEncoded
    ? `In the connection, ${change}: many servers do not decode special characters of client ID and client secret in a Basic header. Otherwise check both.`
    : `Check the client ID and the client secret in the connection, or ${change}.`;
  return isRefresh ? `${remedy} If that is right, enter a new refresh token.` : remedy;
}
