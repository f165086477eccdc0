import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Configuration } from 'oidc-provider';
import { interactionPath, serveInteractions } from './interactions';
import { MemoryStorage } from './memory-adapter';
import type { ProcessOptions } from './types';

const YEAR_SECONDS = 365 * 24 * 3600;
/** Asking for it is an `invalid_scope` error (RFC 6749 §5.2). The provider ignores scopes that it does not know. */
const FORBIDDEN_SCOPE = 'forbidden';
const ACCOUNT = 'resource-owner';
/** An RSA key would take half of the time that the server needs to start. */
const ALGORITHM = 'ES256';
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

export interface RunningProvider {
  provider: Provider;
  /** Verifies JWT access tokens. */
  publicKey: KeyObject;
  /** The client that the protected API uses for introspection. */
  resourceServer: { clientId: string; clientSecret: string };
  /** Whether the JWT with this id was revoked. */
  isRevoked: (jti: string) => boolean;
  revokeAccessTokens: () => void;
  issueRefreshToken: () => Promise<string>;
  reuseDetections: () => number;
}

/** @param resource the protected API's URL, which is the audience of JWT access tokens */
export async function createProvider(
  issuer: string,
  resource: string,
  options: ProcessOptions,
): Promise<RunningProvider> {
  const { default: ProviderClass } = await import('oidc-provider');
  const storage = new MemoryStorage();
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const resourceServer = { clientId: 'protected-api', clientSecret: randomBytes(24).toString('hex') };
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'sandbox', use: 'sig', alg: ALGORITHM };
  const scopes = options.scopes.join(' ');
  const isJwt = options.accessTokenFormat === 'jwt';

  const configuration: Configuration = {
    adapter: storage.adapterFor,
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        id_token_signed_response_alg: ALGORITHM,
        grant_types: ['client_credentials', 'refresh_token', 'authorization_code', DEVICE_CODE],
        // A native client may use any port in a loopback redirect URI (RFC 8252 §7.3).
        application_type: 'native',
        redirect_uris: ['https://client.example/callback', 'http://127.0.0.1/', 'http://localhost/'],
        response_types: ['code'],
        // With this setting the provider also takes the credentials from the body.
        token_endpoint_auth_method: 'client_secret_basic',
        scope: `${scopes} offline_access`,
      },
      {
        client_id: resourceServer.clientId,
        client_secret: resourceServer.clientSecret,
        id_token_signed_response_alg: ALGORITHM,
        grant_types: [],
        redirect_uris: [],
        response_types: [],
      },
    ],
    cookies: { keys: [randomBytes(16).toString('hex')] },
    jwks: { keys: [jwk] },
    // Asking for a scope that the server knows, but this client may not have, is `invalid_scope`.
    scopes: ['openid', 'offline_access', FORBIDDEN_SCOPE, ...options.scopes],
    ttl: {
      AccessToken: options.accessTokenLifetimeSeconds,
      ClientCredentials: options.accessTokenLifetimeSeconds,
      RefreshToken: options.refreshTokenLifetimeSeconds,
      Grant: YEAR_SECONDS,
    },
    rotateRefreshToken: true,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context, { uid }) => interactionPath(uid) },
    features: {
      deviceFlow: { enabled: true },
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      introspection: {
        enabled: true,
        allowedPolicy: (_context, client, token) =>
          client.clientId === resourceServer.clientId || client.clientId === token.clientId,
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => (isJwt ? resource : []),
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: scopes,
          audience: resource,
          accessTokenTTL: options.accessTokenLifetimeSeconds,
          accessTokenFormat: options.accessTokenFormat,
          ...(isJwt ? { jwt: { sign: { alg: ALGORITHM } } } : {}),
        }),
      },
    },
  };

  const provider = new ProviderClass(issuer, configuration);
  serveInteractions(provider, ACCOUNT);
  const issued = new Set<string>();
  const revoked = new Set<string>();
  const remember = ({ jti }: { jti: string }): void => void issued.add(jti);
  // The provider emits `saved` for tokens that it stores, and `issued` for the others.
  provider.on('client_credentials.saved', remember);
  provider.on('client_credentials.issued', remember);
  provider.on('access_token.saved', remember);
  provider.on('access_token.issued', remember);
  let reuseDetections = 0;
  provider.on('grant.error', (_context, error) => {
    if (error.error_detail === 'refresh token already used') reuseDetections += 1;
  });

  return {
    provider,
    publicKey,
    resourceServer,
    isRevoked: (jti) => revoked.has(jti),
    revokeAccessTokens: () => {
      storage.forget('AccessToken');
      storage.forget('ClientCredentials');
      for (const jti of issued) revoked.add(jti);
      issued.clear();
    },
    issueRefreshToken: async () => {
      const client = await provider.Client.find(options.clientId);
      if (client === undefined) throw new Error('the client is not registered');
      const grant = new provider.Grant({ accountId: ACCOUNT, clientId: options.clientId });
      grant.addOIDCScope(`offline_access ${scopes}`);
      if (isJwt) grant.addResourceScope(resource, scopes);
      const grantId = await grant.save();
      const token = new provider.RefreshToken({
        client,
        accountId: ACCOUNT,
        grantId,
        scope: `offline_access ${scopes}`,
        gty: 'authorization_code',
        expiresWithSession: false,
        iiat: Math.floor(Date.now() / 1000),
        rotations: 0,
        ...(isJwt ? { resource } : {}),
        // The typings require every property that a stored token can have.
      });
      return token.save();
    },
    reuseDetections: () => reuseDetections,
  };
}
