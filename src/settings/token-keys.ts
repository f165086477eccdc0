import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { CLIENT_AUTHENTICATION_NAMES } from '../oauth/client-authentication';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { CUSTOM_REQUEST_KEYS } from './custom-request';
import { parseExtraParameters } from './extra-parameters';
import type { ConfigKeys } from './setting';
import { SIGNED_JWT_KEYS } from './signed-jwt';
import { readClientId, readPassword, readRefreshPercent, readScope, readSecret, readSent, readTokenName } from './token';
import type { TokenEndpointSettings } from './token';

/** These replace client ID and secret. */
const OTHER_WAYS = ['signedJwt', 'customRequest'] as const;

const MUST_BE_PRINTABLE = 'must not contain line breaks, invisible or non-ASCII characters';

/** The keys of each entry in `tokens`. */
export const TOKEN_KEYS = {
  tokenName: {
    about: 'the name the token is stored under',
    kind: 'name',
    read: readTokenName,
    must: 'must be a text of 1 to 200 characters, none of them a control character',
    fallback: DEFAULT_TOKEN_NAME,
  },
  tokenUrl: {
    about: 'the token endpoint of the authorization server',
    kind: 'url',
    required: true,
    unless: OTHER_WAYS,
    ask: { message: 'Token URL', placeholder: 'https://login.example.com/oauth2/token', again: 'Correct the token URL' },
  },
  clientId: {
    about: 'the ID that the authorization server shows for the client',
    read: readClientId,
    must: MUST_BE_PRINTABLE,
    required: true,
    unless: OTHER_WAYS,
    ask: { message: 'Client ID', again: 'Correct the client ID', suspectedOf: ['client_id_missing', 'unauthorized_client'] },
  },
  clientSecret: {
    about: 'the secret of the client ID; a client without one needs a refresh token, a user name and a password, or (with `refreshBy: flow`) a certificate in the nodes\' connection `tlsCertificates`',
    kind: 'optionalText',
    read: readSecret,
    must: MUST_BE_PRINTABLE,
    required: true,
    unless: [...OTHER_WAYS, 'username', 'refreshToken'],
    unlessByFlow: 'is missing: the nodes can get a token only with a client certificate, in the connection that they have under "TLS certificates"',
    secret: true,
    ask: {
      message: 'Client secret',
      variable: 'CLIENT_SECRET',
      again: 'Enter the client secret again',
      suspectedOf: ['invalid_client', 'client_secret_missing'],
    },
  },
  clientAuthentication: {
    about: '`client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1); if left out, both are tried',
    kind: { oneOf: CLIENT_AUTHENTICATION_NAMES },
    ask: {
      message: 'How does the client prove who it is?',
      hints: { client_secret_basic: 'in the Authorization header; most servers', client_secret_post: 'in the body' },
      isLate: true,
      again: 'Change the authentication method',
    },
  },
  scope: {
    about: 'what the token may be used for; separate several scopes with spaces',
    kind: 'optionalText',
    read: readScope,
    must: MUST_BE_PRINTABLE,
    ask: { message: 'Scope (leave empty for none)', again: 'Correct the scope', suspectedOf: ['invalid_scope', 'invalid_request'] },
  },
  audience: {
    about: 'the API the token is for, if the authorization server asks for it',
    kind: 'optionalText',
    read: readSent,
    must: MUST_BE_PRINTABLE,
    ask: { message: 'Audience (leave empty for none)', again: 'Correct the audience', suspectedOf: ['invalid_target'] },
  },
  refreshToken: {
    about: 'the first refresh token; a new one replaces the stored one',
    kind: 'optionalText',
    read: readSent,
    must: MUST_BE_PRINTABLE,
    secret: true,
  },
  username: { about: 'legacy: the user the token is for (RFC 6749 §4.3; RFC 9700 §2.4 advises against it)', kind: 'optionalText' },
  password: { about: 'the password for the user name', kind: 'optionalText', read: readPassword, secret: true },
  signedJwt: { about: "a private key instead of the client secret; only with `refreshBy: flow`, because a Function can't sign; see below", kind: { members: SIGNED_JWT_KEYS } },
  customRequest: { about: 'a custom login instead of a token endpoint; see below', kind: { members: CUSTOM_REQUEST_KEYS } },
  fallBackToClient: { about: 'whether the client gets its own token if the refresh token is rejected: the API then sees the client instead of the user', kind: 'flag' },
  extraParameters: {
    about: 'additional parameters of the token request: `key=value` pairs, or an object',
    kind: 'parameters',
    read: (value: unknown) => parseExtraParameters(value),
    secret: 'parameters',
  },
  refreshPercent: {
    about: 'when the token is refreshed, in percent of its lifetime, 1 to 99',
    kind: 'number',
    read: readRefreshPercent,
    must: 'must be a number from 1 to 99',
    fallback: DEFAULT_REFRESH_PERCENT,
    ask: { message: 'Refresh the token at what percent of its lifetime (1 to 99)?' },
  },
  defaultLifetimeSeconds: {
    about: 'used if neither the response nor the token says how long the token lives',
    kind: { seconds: [1, 315_360_000] },
    ask: {
      message: 'How long does a token live, in seconds?',
      isLate: true,
      again: 'Say how long a token lives',
      suspectedOf: ['token_already_expired'],
    },
  },
} as const satisfies ConfigKeys & Record<keyof TokenEndpointSettings | 'signedJwt' | 'customRequest', unknown>;

/**
 * Further keys of each entry in `tokens`, which say where a user gives and revokes consent. They go into no Function
 * and no connection.
 */
export const CONSENT_KEYS = {
  provider: { about: 'a name that `init --provider` knows; it fills in what is known about that provider', kind: 'text' },
  issuer: { about: 'the authorization server; its metadata (RFC 8414, OpenID Connect Discovery) says where to ask for consent', kind: 'url', example: 'https://login.example.com' },
  authorizationUrl: {
    about: 'where to ask for consent, if neither `issuer` nor `provider` is set; parameters in it, such as `?scope=…`, are sent and override other settings',
    kind: 'url',
    example: 'https://login.example.com/oauth2/authorize',
  },
  deviceAuthorizationUrl: { about: 'the same for `authorize --device` (RFC 8628)', kind: 'url', example: 'https://login.example.com/oauth2/device' },
  revocationUrl: { about: 'where the server revokes tokens (RFC 7009): a note for the field of *Forget Token*, because no command revokes tokens', kind: 'url', example: 'https://login.example.com/oauth2/revoke' },
} as const satisfies ConfigKeys;

/** Every key of an entry in `tokens`. */
export const ALL_TOKEN_KEYS = { ...TOKEN_KEYS, ...CONSENT_KEYS } as const;
