import { AccessTokenError } from '../../errors';
import { readSignedJwt } from '../../settings/signed-jwt';
import type { SignedJwtSettings } from '../../settings/signed-jwt';
import type { SignedJwt, World } from '../../world';
import type { Client, ClientAuthentication } from '../client-authentication/client-authentication';
import type { TokenEndpointConfig, TokenEndpointRule } from '../config';
import type { GrantType } from '../grants';

/** A key that signs: for a user or a service account (`jwt-bearer`), or for the client (`private_key_jwt`). */
export function signedJwtConfig(settings: SignedJwtSettings, rule: TokenEndpointRule): TokenEndpointConfig {
  const { signedJwt, ...config } = readSignedJwt(settings, rule);
  const { use, subject, audience } = signedJwt;
  return {
    ...config,
    ...(use === 'grant' ? { grant: jwtBearer(signedJwt) } : { proof: privateKeyJwt(signedJwt) }),
    purpose: [use, subject, audience],
    means: signedJwt,
  };
}

/** RFC 7523 §2.1: the assertion says for whom the token is. */
function jwtBearer(signedJwt: SignedJwt): GrantType {
  const name = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
  const freshParameters = async (client: Client, world: Pick<World, 'makeAssertion'>) => ({ assertion: await assertion(client, signedJwt, world) });
  return { name, offer: () => [{ name, parameters: {}, isSingleUse: false, secrets: [], provesClient: true, freshParameters }] };
}

/** RFC 7523 §2.2: the assertion says who the client is. */
function privateKeyJwt(signedJwt: SignedJwt): ClientAuthentication {
  return {
    name: 'private_key_jwt',
    async authenticate(client, { parameters }, world) {
      Object.assign(parameters, {
        client_id: client.clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(client, signedJwt, world),
      });
    },
  };
}

/** Another one for each attempt: servers take each once (RFC 7523 §3). */
async function assertion({ tokenUrl, clientId, scope }: Client, signedJwt: SignedJwt, { makeAssertion }: Pick<World, 'makeAssertion'>): Promise<string> {
  if (makeAssertion !== undefined) return makeAssertion({ ...signedJwt, tokenUrl, clientId, scope });
  throw new AccessTokenError('unexpected_error', 'Nothing can sign a JWT here.');
}
