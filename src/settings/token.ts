import { AccessTokenError } from '../errors';
import { parseRefreshPercent } from '../lifetime';
import { CLIENT_AUTHENTICATION_NAMES } from '../oauth/client-authentication';
import { isTokenName } from '../stores/protocol/parse-message';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import { parseExtraParameters } from './extra-parameters';
import { optionalText, readSettings, requirePrintable, requireText, tidy, url, withoutPasting } from './setting';
import type { ConnectionType, Entered, Reader, Values } from './setting';

/** If it is empty, the client finds it out. */
const readClientAuthentication: Reader<(typeof CLIENT_AUTHENTICATION_NAMES)[number] | undefined> = (value, rule) => {
  const name = optionalText(value, rule);
  if (name === undefined) return undefined;
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

/** Drops surrounding white space, which is a slip. */
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

export const readClientId: Reader<string> = (value, rule) => requirePrintable(tidy(requireText(value, rule, 'client_id_missing')), rule);

/** A text that goes to the token endpoint unchanged. */
export const readSent: Reader<string | undefined> = (value, rule) => requirePrintable(optionalText(value, rule), rule);

/** Keeps spaces around a secret, which may be part of it. Drops other invisible characters, which come from pasting. */
export const readSecret: Reader<string | undefined> = (value, rule) =>
  optionalText(value, rule) && requirePrintable(withoutPasting(String(value)), rule);

/** Any text, because a form can carry it. */
export const readPassword: Reader<string | undefined> = (value) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Separates scopes by single spaces, RFC 6749 §3.3. */
export const readScope: Reader<string | undefined> = (value, rule) =>
  readSent(optionalText(value, rule)?.split(/\s+/).map(tidy).filter(Boolean).join(' '), rule);

/** Where and how to request a token. */
export const TOKEN_ENDPOINT = {
  tokenUrl: url,
  clientId: readClientId,
  /** A public client has none. Others may prove who they are in another way. */
  clientSecret: readSecret,
  clientAuthentication: readClientAuthentication,
  scope: readScope,
  audience: readSent,
  /** With `password`: the user that the token is for, RFC 6749 §4.3. */
  username: optionalText,
  password: readPassword,
  /** Used if the store has no refresh token yet. */
  refreshToken: readSent,
  extraParameters: (value) => parseExtraParameters(value),
  /** Whether to use the client's own token if the user's refresh token is refused. */
  fallBackToClient: (value) => value === true || value === 'true',
  /** Seconds. Used if neither the token response nor the token states a lifetime. */
  defaultLifetimeSeconds: readDefaultLifetime,
} satisfies Record<string, Reader<unknown>>;

type Read = Values<typeof TOKEN_ENDPOINT>;
type Certain = 'tokenUrl' | 'clientId' | 'extraParameters' | 'fallBackToClient';

/** The checked settings for requesting a token. */
export type ClientConfig = Pick<Read, Certain> & Partial<Omit<Read, Certain>>;
export type TokenEndpointSettings = Entered<typeof TOKEN_ENDPOINT>;

/** What decides how settings are read. */
export interface TokenEndpointRule {
  allowInsecure?: boolean;
  /** Whether a certificate proves who the client is, RFC 8705 §2. */
  hasCertificate?: boolean;
}

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
 *   default_lifetime_invalid, custom_request_invalid, configuration_invalid
 */
export function readTokenEndpointConfig(
  settings: TokenEndpointSettings,
  { allowInsecure = false, hasCertificate = false }: TokenEndpointRule = {},
): ClientConfig {
  const config = readSettings(settings, TOKEN_ENDPOINT, allowInsecure);
  const { clientSecret, username, password, refreshToken } = config;
  if (!hasCertificate) requireText(clientSecret ?? username ?? refreshToken, { field: 'clientSecret' }, 'client_secret_missing');
  if (username ?? password) for (const field of ['username', 'password'] as const) requireText(config[field], { field }, 'configuration_invalid');
  const repeated = repeatedParameter(config, config.extraParameters);
  if (repeated === undefined) return config;
  throw new AccessTokenError('extra_parameters_invalid', `The extra parameters repeat "${repeated}".`, {
    field: 'extraParameters',
  });
}

export type SharedSettings = Pick<TokenEndpointSettings, 'defaultLifetimeSeconds' | 'extraParameters'>;

/** The settings that all ways to get a token share. */
export function readShared(
  settings: SharedSettings,
  { assertsItself = false } = {},
): Pick<ClientConfig, 'fallBackToClient' | 'extraParameters' | 'defaultLifetimeSeconds'> {
  const { defaultLifetimeSeconds } = TOKEN_ENDPOINT;
  const extraParameters = (value: unknown) => parseExtraParameters(value, assertsItself);
  return { fallBackToClient: false, ...readSettings(settings, { extraParameters, defaultLifetimeSeconds }) };
}

/** A client at the authorization server, RFC 6749 §4.4 and §6. */
export const OAUTH2_CLIENT_CREDENTIALS = {
  type: 'oauth2ClientCredentials',
  label: 'Client ID and secret',
  deployed: { name: 'OAuth2', forEachToken: true, where: 'clientId' },
  fields: {
    tokenUrl: { label: 'Token URL', description: 'The token endpoint of the authorization server, such as https://login.example.com/oauth2/token' },
    clientId: { label: 'Client ID', description: 'The ID that the authorization server shows for your client' },
    clientSecret: { label: 'Client secret', description: 'The secret of the client ID. Leave it empty only if the client has none', required: false },
    scope: { label: 'Scope', description: 'What the token may be used for. Separate several scopes with spaces', required: false },
    audience: { label: 'Audience', description: 'The API the token is for, if the authorization server asks for it', required: false },
    clientAuthentication: {
      label: 'Client authentication',
      description: 'client_secret_basic (in the Authorization header) or client_secret_post (in the body). If empty, both are tried',
      required: false,
    },
    refreshToken: {
      label: 'Refresh token',
      description: 'The first refresh token, for access on behalf of a user. If it changes with each use, you need a shared store',
      required: false,
    },
    username: {
      label: 'User name',
      description: 'Only for servers that ask for a user name and a password. Legacy: RFC 9700 §2.4 advises against it',
      required: false,
    },
    password: { label: 'Password', description: 'The password for the user name', required: false },
    extraParameters: {
      label: 'Extra parameters',
      description: 'Additional parameters for the token request: key=value pairs joined by &, such as resource=https://api.example.com',
      required: false,
    },
  },
} as const satisfies ConnectionType & { fields: Record<Exclude<keyof typeof TOKEN_ENDPOINT, 'defaultLifetimeSeconds' | 'fallBackToClient'>, unknown> };
