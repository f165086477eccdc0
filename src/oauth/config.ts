import { AccessTokenError } from '../errors';
import { checkUrl } from '../http';
import { CLIENT_AUTHENTICATION_NAMES } from './client-authentication';
import type { ClientAuthenticationName } from './client-authentication';
import { parseExtraParameters } from './extra-parameters';

/** What a token request is built from. */
export interface TokenEndpointConfig {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  clientAuthentication: ClientAuthenticationName;
  scope?: string | undefined;
  audience?: string | undefined;
  /** The first refresh token, for a store that has none yet. */
  refreshToken?: string | undefined;
  extraParameters: Record<string, string>;
  /** Seconds; used when neither the answer nor the token says how long it lives. */
  defaultLifetimeSeconds?: number | undefined;
}

/** The same as users enter it: everything is text that may be empty or absent. */
export interface TokenEndpointSettings {
  tokenUrl?: unknown;
  clientId?: unknown;
  clientSecret?: unknown;
  clientAuthentication?: unknown;
  scope?: unknown;
  audience?: unknown;
  refreshToken?: unknown;
  extraParameters?: unknown;
  defaultLifetimeSeconds?: unknown;
}

/**
 * Checks the settings of a token endpoint.
 *
 * @throws AccessTokenError url_missing, url_malformed, insecure_url, client_id_missing,
 *   client_secret_missing, client_authentication_invalid, extra_parameters_invalid,
 *   default_lifetime_invalid
 */
export function readTokenEndpointConfig(
  settings: TokenEndpointSettings,
  { allowInsecure = false }: { allowInsecure?: boolean } = {},
): TokenEndpointConfig {
  const scope = optionalText(settings.scope);
  const audience = optionalText(settings.audience);
  const extraParameters = parseExtraParameters(settings.extraParameters);
  for (const [name, value] of Object.entries({ scope, audience })) {
    if (value !== undefined && name in extraParameters) {
      throw new AccessTokenError('extra_parameters_invalid', `The extra parameters repeat "${name}".`, {
        field: 'extraParameters',
      });
    }
  }
  return {
    tokenUrl: checkUrl(settings.tokenUrl, { field: 'tokenUrl', allowInsecure }),
    clientId: requiredText(settings.clientId, 'clientId', 'client_id_missing').trim(),
    clientSecret: requiredText(settings.clientSecret, 'clientSecret', 'client_secret_missing'),
    clientAuthentication: readClientAuthentication(settings.clientAuthentication),
    scope,
    audience,
    refreshToken: optionalText(settings.refreshToken),
    extraParameters,
    defaultLifetimeSeconds: readDefaultLifetime(settings.defaultLifetimeSeconds),
  };
}

function requiredText(value: unknown, field: string, code: 'client_id_missing' | 'client_secret_missing'): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new AccessTokenError(code, `The setting "${field}" is empty.`, { field });
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function readClientAuthentication(value: unknown): ClientAuthenticationName {
  const name = optionalText(value) ?? 'client_secret_basic';
  const known = CLIENT_AUTHENTICATION_NAMES.find((candidate) => candidate === name);
  if (known !== undefined) return known;
  throw new AccessTokenError(
    'client_authentication_invalid',
    `The client authentication is neither ${CLIENT_AUTHENTICATION_NAMES.join(' nor ')}.`,
    { field: 'clientAuthentication' },
  );
}

function readDefaultLifetime(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = typeof value === 'string' ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new AccessTokenError('default_lifetime_invalid', 'The default lifetime is not a number of seconds.', {
    field: 'defaultLifetimeSeconds',
  });
}
