import { AccessTokenError } from '../errors';
import { DEFAULT_REFRESH_PERCENT, parseRefreshPercent } from '../lifetime';
import { CLIENT_AUTHENTICATION_NAMES } from '../oauth/client-authentication';
import type { ClientAuthenticationName } from '../oauth/client-authentication';
import { isTokenName } from '../stores/protocol/parse-message';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { parseExtraParameters } from './extra-parameters';
import { optionalText, readSettings, requirePrintable, requireText, tidy, url, withoutPasting } from './setting';
import type { ConfigKeys, ConnectionType, Entered, Reader, Values } from './setting';

const readClientAuthentication: Reader<ClientAuthenticationName> = (value, rule) => {
  const name = optionalText(value, rule) ?? 'client_secret_basic';
  const known = CLIENT_AUTHENTICATION_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new AccessTokenError('client_authentication_invalid', 'The client authentication is unknown.', rule);
};

const readDefaultLifetime: Reader<number | undefined> = (value, rule) => {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = typeof value === 'string' ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new AccessTokenError('default_lifetime_invalid', 'The default lifetime is not a number of seconds.', rule);
};

/** What surrounds the name is a slip. */
export const readTokenName: Reader<string> = (value, rule) => {
  const name = typeof value === 'string' ? tidy(value) : (value ?? DEFAULT_TOKEN_NAME);
  if (isTokenName(name)) return name;
  const message = 'The token name is empty, too long, not a text, or has control characters.';
  throw new AccessTokenError('token_name_invalid', message, rule);
};

export const readRefreshPercent: Reader<number> = (value, rule) => {
  const percent = parseRefreshPercent(value);
  if (percent !== undefined) return percent;
  throw new AccessTokenError('refresh_percent_invalid', 'The refresh percent is not a number from 1 to 99.', rule);
};

const readClientId: Reader<string> = (value, rule) => requirePrintable(tidy(requireText(value, rule, 'client_id_missing')), rule);

const readSent: Reader<string | undefined> = (value, rule) => requirePrintable(optionalText(value, rule), rule);

/** Spaces may be part of a secret, also around it; what else comes with pasting is not. */
const readSecret: Reader<string> = (value, rule) =>
  requirePrintable(withoutPasting(requireText(value, rule, 'client_secret_missing')), rule);

/** Scopes are separated by one space each, RFC 6749 §3.3. */
const readScope: Reader<string | undefined> = (value, rule) =>
  readSent(optionalText(value, rule)?.split(/\s+/).map(tidy).filter(Boolean).join(' '), rule);

/** Where and how a token is requested. */
export const TOKEN_ENDPOINT = {
  tokenUrl: url,
  clientId: readClientId,
  clientSecret: readSecret,
  clientAuthentication: readClientAuthentication,
  scope: readScope,
  audience: readSent,
  /** Starts a store that has no refresh token yet. */
  refreshToken: readSent,
  extraParameters: parseExtraParameters,
  /** Whether the client's own token takes the place of a user's whose refresh token is refused. */
  fallBackToClient: (value) => value === true || value === 'true',
  /** Seconds; used if neither the token response nor the token states a lifetime. */
  defaultLifetimeSeconds: readDefaultLifetime,
} satisfies Record<string, Reader<unknown>>;

export type TokenEndpointConfig = Values<typeof TOKEN_ENDPOINT>;
export type TokenEndpointSettings = Entered<typeof TOKEN_ENDPOINT>;

/** @returns the name of a setting that is also an extra parameter */
export function repeatedParameter(
  settings: { scope?: unknown; audience?: unknown },
  extraParameters: Readonly<Record<string, unknown>>,
): string | undefined {
  return (['scope', 'audience'] as const).find((name) => settings[name] !== undefined && name in extraParameters);
}

/**
 * Checks the settings of a token endpoint.
 *
 * @throws AccessTokenError url_missing, url_malformed, insecure_url, client_id_missing,
 *   client_secret_missing, client_authentication_invalid, extra_parameters_invalid,
 *   default_lifetime_invalid, configuration_invalid
 */
export function readTokenEndpointConfig(
  settings: TokenEndpointSettings,
  { allowInsecure = false }: { allowInsecure?: boolean } = {},
): TokenEndpointConfig {
  const config = readSettings(settings, TOKEN_ENDPOINT, allowInsecure);
  const repeated = repeatedParameter(config, config.extraParameters);
  if (repeated === undefined) return config;
  throw new AccessTokenError('extra_parameters_invalid', `The extra parameters repeat "${repeated}".`, {
    field: 'extraParameters',
  });
}

/** The client at the authorization server, RFC 6749 §4.4 and §6. */
export const OAUTH2_CLIENT_CREDENTIALS = {
  type: 'oauth2ClientCredentials',
  label: 'OAuth2 Client Credentials',
  deployed: { name: 'OAuth2', forEachToken: true, where: 'clientId' },
  fields: {
    tokenUrl: { label: 'Token URL', description: 'The token endpoint of the authorization server, such as https://login.example.com/oauth2/token' },
    clientId: { label: 'Client ID', description: 'As the authorization server shows it for your client' },
    clientSecret: { label: 'Client secret', description: 'Belongs to the client ID' },
    scope: { label: 'Scope', description: 'What the token may be used for; several scopes are separated by spaces', required: false },
    audience: { label: 'Audience', description: 'The API the token is for, where the authorization server asks for it', required: false },
    clientAuthentication: {
      label: 'Client authentication',
      description: 'client_secret_basic (default: in the Authorization header) or client_secret_post (in the body)',
      required: false,
    },
    refreshToken: {
      label: 'Refresh token',
      description: 'The first refresh token, for access on behalf of a user. Needs a shared store where it rotates',
      required: false,
    },
    extraParameters: {
      label: 'Extra parameters',
      description: 'More parameters for the token request: key=value pairs joined by &, such as resource=https://api.example.com',
      required: false,
    },
  },
} as const satisfies ConnectionType & { fields: Record<Exclude<keyof TokenEndpointSettings, 'defaultLifetimeSeconds' | 'fallBackToClient'>, unknown> };

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
    ask: { message: 'Token URL', placeholder: 'https://login.example.com/oauth2/token', again: 'Correct the token URL' },
  },
  clientId: {
    about: 'as the authorization server shows it',
    read: readClientId,
    must: MUST_BE_PRINTABLE,
    required: true,
    ask: { message: 'Client ID', again: 'Correct the client ID', suspectedOf: ['client_id_missing', 'unauthorized_client'] },
  },
  clientSecret: {
    about: 'belongs to the client ID',
    read: readSecret,
    must: MUST_BE_PRINTABLE,
    required: true,
    secret: true,
    ask: {
      message: 'Client secret',
      variable: 'CLIENT_SECRET',
      again: 'Enter the client secret again',
      suspectedOf: ['invalid_client', 'client_secret_missing'],
    },
  },
  clientAuthentication: {
    about: '`client_secret_basic` or `client_secret_post` (RFC 6749 §2.3.1)',
    kind: { oneOf: CLIENT_AUTHENTICATION_NAMES },
    fallback: 'client_secret_basic',
    ask: {
      message: 'How does the client prove who it is?',
      hints: { client_secret_basic: 'in the Authorization header; most servers', client_secret_post: 'in the body' },
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
  fallBackToClient: { about: "whether client credentials take over where the refresh token is refused: the API then sees the client, and not the user", kind: 'flag' },
  extraParameters: { about: 'further parameters of the token request: `key=value` pairs, or an object', kind: 'parameters', secret: 'parameters' },
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
} as const satisfies ConfigKeys & Record<keyof TokenEndpointSettings, unknown>;
