import { AccessTokenError } from '../../src/errors';
import type { ErrorCode } from '../../src/errors';
import { withRemedy } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';

const CLIENT = { tokenUrl: 'https://login.example.com/oauth2/token', clientId: 'a-client', clientSecret: 'a-secret', clientAuthentication: 'client_secret_post' };

function remedyFor(code: ErrorCode, settings: TokenEndpointSettings, way?: string): string {
  return withRemedy(new AccessTokenError(code, 'It was refused.'), { ...CLIENT, ...settings }, way).remedy;
}

describe('what was pasted into the wrong field', () => {
  test.each<[string, ErrorCode, TokenEndpointSettings, RegExp]>([
    ['a JSON key', 'configuration_invalid', { clientSecret: '{\n "type": "service_account", "private_key": "canary-key" }' }, /"Client secret" has a whole key file/],
    ['a PEM key', 'invalid_client', { clientSecret: '-----BEGIN PRIVATE KEY-----canary-key' }, /"Client secret" has a private key/],
    ['a JWK', 'invalid_client', { clientSecret: '{"kty":"RSA","d":"canary-key"}' }, /"Client secret" has a private key/],
    ['a discovery document', 'access_token_missing', { tokenUrl: 'https://login.example.com/.well-known/openid-configuration' }, /"Token URL".*token_endpoint/],
    ['an authorization URL', 'token_response_invalid', { tokenUrl: 'https://login.example.com/oauth2/v2.0/authorize' }, /"Token URL".*sign in/],
    ["Keycloak's", 'token_endpoint_rejected', { tokenUrl: 'https://id.example.com/realms/bots/protocol/openid-connect/auth' }, /"Token URL".*sign in/],
    ['an issuer', 'token_endpoint_rejected', { tokenUrl: 'https://id.example.com/realms/bots' }, /"Token URL".*issuer/],
    ['a host', 'token_response_invalid', { tokenUrl: 'https://login.example.com/' }, /"Token URL".*issuer/],
    ['a name', 'invalid_client', { clientId: 'My Bot' }, /"Client ID" has a space/],
  ])('%s', (_, code, settings, remedy) => {
    const told = remedyFor(code, settings);
    expect(told).toMatch(remedy);
    expect(told).not.toContain('canary');
  });

  test.each<[string, ErrorCode, TokenEndpointSettings]>([
    ['a server that speaks OAuth has the right address, whatever it looks like', 'invalid_grant', { tokenUrl: 'https://login.example.com/' }],
    ['an outage', 'token_endpoint_unavailable', { tokenUrl: 'https://login.example.com/authorize', clientId: 'My Bot' }],
    ['a store', 'store_refused', { clientId: 'My Bot' }],
  ])('%s is no mistake', (_, code, settings) => {
    expect(remedyFor(code, settings)).not.toMatch(/The field/);
  });
});

describe('the other ways to get a token', () => {
  const late = new AccessTokenError('invalid_client', 'The token endpoint answered invalid_client: token has expired.');

  test('a login of its own is not told of OAuth, nor of clocks', () => {
    expect(remedyFor('invalid_client', {}, 'customRequest')).toBe('Check user name, secret, headers and body in the connection.');
    expect(withRemedy(late, CLIENT, 'customRequest').remedy).toBe('Check user name, secret, headers and body in the connection.');
  });

  test('a key is told of what the server must know, or of clocks', () => {
    expect(remedyFor('invalid_grant', {}, 'signedJwt')).toMatch(/knows the key/);
    expect(withRemedy(late, CLIENT, 'signedJwt').remedy).toMatch(/clocks/);
  });
});
