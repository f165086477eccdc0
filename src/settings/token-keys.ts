import { DEFAULT_REFRESH_PERCENT } from '../lifetime';
import { CLIENT_AUTHENTICATION_NAMES } from '../oauth/client-authentication';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { CUSTOM_REQUEST_KEYS } from './custom-request';
import { parseExtraParameters } from './extra-parameters';
import type { ConfigKeys } from './setting';
import { SIGNED_JWT_KEYS } from './signed-jwt';
import { readClientId, readPassword, readRefreshPercent, readScope, readSecret, readSent, readTokenName } from './token';
import type { TokenEndpointSettings } from './token';

/** What takes the place of client ID and secret. */
const OTHER_WAYS = ['signedJwt', 'customRequest'] as const;

const MUST_BE_PRINTABLE = 'must not contain line breaks, invisible or non-ASCII characters';

/** The keys of each entry in `tokens`. */
export const TOKEN_KEYS = {
  tokenName: {
    about: 'the name under which it is kept',
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
    about: 'as the authorization server shows it',
    read: readClientId,
    must: MUST_BE_PRINTABLE,
    required: true,
    unless: OTHER_WAYS,
    ask: { message: 'Client ID', again: 'Correct the client ID', suspectedOf: ['client_id_missing', 'unauthorized_client'] },
  },
  clientSecret: {
    about: 'belongs to the client ID; a client without one needs a refresh token, or a user name and a password, or, with `refreshBy: flow`, a certificate in the nodes\' connection `tlsCertificates`',
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
    about: '`client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1); both are tried if it is left out',
    kind: { oneOf: CLIENT_AUTHENTICATION_NAMES },
    ask: {
      message: 'How does the client prove who it is?',
      hints: { client_secret_basic: 'in the Authorization header; most servers', client_secret_post: 'in the body' },
      isLate: true,
      again: 'Change the authentication method',
    },
  },
  scope: {
    about: 'what the token may be used for; several are separated by spaces',
    kind: 'optionalText',
    read: readScope,
    must: MUST_BE_PRINTABLE,
    ask: { message: 'Scope (leave empty for none)', again: 'Correct the scope', suspectedOf: ['invalid_scope', 'invalid_request'] },
  },
  audience: {
    about: 'the API the token is for, where the authorization server asks for it',
    kind: 'optionalText',
    read: readSent,
    must: MUST_BE_PRINTABLE,
    ask: { message: 'Audience (leave empty for none)', again: 'Correct the audience', suspectedOf: ['invalid_target'] },
  },
  refreshToken: {
    about: 'the first one; a new one takes the place of the stored one',
    kind: 'optionalText',
    read: readSent,
    must: MUST_BE_PRINTABLE,
    secret: true,
  },
  username: { about: 'legacy: whom the token is for (RFC 6749 §4.3; RFC 9700 §2.4 advises against it)', kind: 'optionalText' },
  password: { about: 'belongs to the user name', kind: 'optionalText', read: readPassword, secret: true },
  signedJwt: { about: 'a key that signs, in place of the client secret; with `refreshBy: flow` only, since no Function can sign; see below', kind: { members: SIGNED_JWT_KEYS } },
  customRequest: { about: "a login of the API's own, in place of a token endpoint, see below", kind: { members: CUSTOM_REQUEST_KEYS } },
  fallBackToClient: { about: "whether client credentials take over where the refresh token is refused: the API then sees the client, and not the user", kind: 'flag' },
  extraParameters: {
    about: 'further parameters of the token request: `key=value` pairs, or an object',
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
    about: 'used when neither the answer nor the token says how long it lives',
    kind: { seconds: [1, 315_360_000] },
    ask: {
      message: 'How long does a token live, in seconds?',
      isLate: true,
      again: 'Say how long a token lives',
      suspectedOf: ['token_already_expired'],
    },
  },
} as const satisfies ConfigKeys & Record<keyof TokenEndpointSettings | 'signedJwt' | 'customRequest', unknown>;

/** The keys of each entry in `tokens` that say where a user's consent is asked for, and taken back: no Function and no connection gets them. */
export const CONSENT_KEYS = {
  provider: { about: 'a name that `init --provider` knows: what is known of it is filled in', kind: 'text' },
  issuer: { about: 'the authorization server, whose description (RFC 8414, OpenID Connect Discovery) says where consents are asked for', kind: 'url', example: 'https://login.example.com' },
  authorizationUrl: {
    about: 'where consents are asked for, without `issuer` or `provider`; parameters in it, such as `?scope=…`, go along and count for more than other settings',
    kind: 'url',
    example: 'https://login.example.com/oauth2/authorize',
  },
  deviceAuthorizationUrl: { about: 'the same for `authorize --device` (RFC 8628)', kind: 'url', example: 'https://login.example.com/oauth2/device' },
  revocationUrl: { about: 'where the server revokes tokens (RFC 7009): a note for the field of *Forget Token*, as no command revokes', kind: 'url', example: 'https://login.example.com/oauth2/revoke' },
} as const satisfies ConfigKeys;

/** Every key of an entry in `tokens`. */
export const ALL_TOKEN_KEYS = { ...TOKEN_KEYS, ...CONSENT_KEYS } as const;
