import { AccessTokenError } from '../errors';
import type { SignedJwt } from '../world';
import { readKeyFile } from './key-file';
import { optionalText, readSettings, requireText, url } from './setting';
import type { ConfigKeys, ConnectionType, Entered, Reader } from './setting';
import { readClientId, readScope, readShared } from './token';
import type { ClientConfig, SharedSettings, TokenEndpointRule } from './token';

const USES = ['grant', 'client'] as const;

/** The settings as entered, before the key file is read. */
export const SIGNED_JWT = {
  key: (value, rule) => requireText(value, rule, 'private_key_invalid'),
  tokenUrl: optionalText,
  clientId: optionalText,
  subject: optionalText,
  scope: readScope,
  audience: optionalText,
  keyId: optionalText,
  algorithm: (value, rule) => optionalText(value, rule)?.toUpperCase(),
  use: (value, rule) => {
    const use = optionalText(value, rule) ?? USES[0];
    const known = USES.find((name) => name === use);
    if (known !== undefined) return known;
    throw new AccessTokenError('configuration_invalid', '"use" is neither "grant" nor "client".', rule);
  },
} satisfies Record<string, Reader<unknown>>;

export type SignedJwtSettings = Entered<typeof SIGNED_JWT> & SharedSettings;

/**
 * Checks the settings of a signing key. Settings that the provider's JSON key contains may be empty.
 *
 * @throws AccessTokenError private_key_invalid, url_missing, url_malformed, insecure_url, client_id_missing,
 *   extra_parameters_invalid, default_lifetime_invalid, configuration_invalid
 */
export function readSignedJwt(settings: SignedJwtSettings, { allowInsecure = false }: TokenEndpointRule): ClientConfig & { signedJwt: SignedJwt } {
  const { key, tokenUrl, clientId, scope, ...entered } = readSettings(settings, SIGNED_JWT);
  const file = readKeyFile(key);
  const { privateKey, isServiceAccount } = file;
  const signedJwt: SignedJwt = { ...entered, privateKey, isServiceAccount, keyId: entered.keyId ?? file.keyId };
  return {
    ...readShared(settings, { assertsItself: true }),
    tokenUrl: url(tokenUrl ?? file.tokenUrl, { field: 'tokenUrl', allowInsecure }),
    clientId: readClientId(clientId ?? file.clientId, { field: 'clientId' }),
    scope,
    signedJwt,
  };
}

/** A private key of a service account or of a client without a secret, RFC 7523 §2. */
export const OAUTH2_SIGNED_JWT = {
  type: 'oauth2SignedJwt',
  label: 'Private key or service account',
  deployed: { name: 'Signed JWT', forEachToken: true, where: 'signedJwt' },
  fields: {
    key: { label: 'Private key', description: 'The whole JSON key of a service account, or an unencrypted private key as PEM or JWK' },
    tokenUrl: { label: 'Token URL', description: 'The token endpoint of the authorization server. Leave it empty if the JSON key names it', required: false },
    clientId: { label: 'Client ID', description: 'Who signs (iss): the client ID, or the address of the service account. Leave it empty if the JSON key names it', required: false },
    subject: { label: 'Subject', description: 'The user the token is for (sub), if it is for a user', required: false },
    scope: { label: 'Scope', description: 'What the token may be used for. Separate several scopes with spaces', required: false },
    audience: { label: 'Audience', description: 'Who the signed JWT is for (aud). If empty, the token URL', required: false },
    keyId: { label: 'Key ID or certificate', description: 'The ID the authorization server knows the key by (kid), or the certificate of the key', required: false },
    algorithm: { label: 'Algorithm', description: 'RS256, PS256 or ES256. If empty, the one that fits the key', required: false },
    use: { label: 'Use', description: 'grant (default): the JWT asks for the token. client: the JWT proves who the client is (private_key_jwt)', required: false },
    extraParameters: {
      label: 'Extra parameters',
      description: 'Additional parameters for the token request: key=value pairs joined by &, such as resource=https://api.example.com',
      required: false,
    },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof SIGNED_JWT | 'extraParameters', unknown> };

/** The keys of `signedJwt` in a configuration file. */
export const SIGNED_JWT_KEYS = {
  key: { about: 'the JSON key of a service account, or a private key as PEM or JWK', required: true, secret: true },
  tokenUrl: { about: "the token endpoint, if the JSON key doesn't name it", kind: 'url' },
  clientId: { about: "who signs (`iss`), if the JSON key doesn't name it", kind: 'optionalText' },
  subject: { about: 'the user the token is for (`sub`)', kind: 'optionalText' },
  scope: { about: 'what the token may be used for', kind: 'optionalText' },
  audience: { about: 'who the JWT is for (`aud`); the default is the token URL', kind: 'optionalText' },
  keyId: { about: 'the ID of the key (`kid`), or its certificate', kind: 'optionalText' },
  algorithm: { about: '`RS256`, `PS256` or `ES256`; the default is the one that fits the key', kind: { oneOf: ['RS256', 'PS256', 'ES256'] } },
  use: { about: '`grant` (RFC 7523 §2.1) or `client` (§2.2, `private_key_jwt`)', kind: { oneOf: USES }, fallback: 'grant' },
  extraParameters: { about: 'additional parameters of the token request', kind: 'parameters', secret: 'parameters' },
} as const satisfies ConfigKeys & Record<keyof (typeof OAUTH2_SIGNED_JWT)['fields'], unknown>;
