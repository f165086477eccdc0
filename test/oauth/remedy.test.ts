import { AccessTokenError } from '../../src/errors';
import type { ErrorCode } from '../../src/errors';
import type { HttpResponse } from '../../src/http';
import { clientCredentials, parseTokenResponse, secretsOf, withRemedy } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { configOf, refreshTokenGrant } from '../support/token-endpoint';

// What providers answer is played to the built files in test/artifacts/outcomes/.

const SECRET = 'canary-client-secret-77b1';

/** What a bot builder is told. */
async function refusalOf(answer: HttpResponse, settings: TokenEndpointSettings, refreshToken?: string) {
  const config = configOf({ clientSecret: SECRET, ...settings, refreshToken });
  const grant = refreshToken === undefined ? clientCredentials : refreshTokenGrant(refreshToken);
  const context = { timestamp: 1_700_000_000, now: 1_700_000_000_000, secrets: secretsOf(config, grant), grant: grant.name };
  const error = await thrownBy(() => parseTokenResponse(answer, context));
  return withRemedy(error, config);
}

describe('a remedy goes by what the caller did', () => {
  const refuse = (status: number, body: object | string, settings: TokenEndpointSettings = {}, refreshToken?: string) =>
    refusalOf(jsonAnswer(status, body), settings, refreshToken);

  describe('of a user with a password', () => {
    const login = { username: 'a-user', password: 'canary-password' };
    const told = async (status: number, error: string, grant: string | undefined = 'password') =>
      withRemedy((await refuse(status, { error })).with({ grant, remedy: undefined }), { clientSecret: 'a', ...login }).remedy;

    test.each(['password', undefined])('it is the password that was refused: %p', async (grant) => {
      expect(await told(400, 'invalid_grant', grant)).toMatch(/^Check user name and password in the connection\./);
      expect(await told(400, 'unsupported_grant_type', grant)).toMatch(/^This server does not accept a user name and password/);
      expect(await told(400, 'unauthorized_client', grant)).toBe('Allow this client user name and password at the authorization server.');
    });

    test('or its refresh token', async () => {
      expect(await told(400, 'invalid_grant', 'refresh_token')).toMatch(/^Enter a new refresh token/);
    });
  });

  test('a client without a secret is not told to check one', async () => {
    const error = (await refuse(401, { error: 'invalid_client' })).with({ remedy: undefined });
    expect(withRemedy(error, { clientId: 'a', refreshToken: 'b' }).remedy).toBe(
      'Check the client ID in the connection, and whether this client needs a client secret or a certificate.',
    );
  });

  test('where it was left open, both ways of client authentication were tried', async () => {
    const both = 'Check the client ID and the client secret in the connection: they were refused in the header and in the body.';
    expect((await refuse(401, { error: 'invalid_client' })).remedy).toBe(both);
    expect((await refuse(401, { error: 'invalid_client' }, {}, 'refresh-1')).remedy).toBe(`${both} If they are right, enter a new refresh token.`);
  });

  describe('a clock that is wrong, here or at the server', () => {
    // From documentation, sources and reports of users.
    test.each([
      ['Google', 'invalid_grant', 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.'],
      [
        'Entra',
        'invalid_client',
        'AADSTS700024: Client assertion is not within its valid time range. Current time: 2024-10-02T22:05:03.6755165Z, assertion valid from 1970-01-01T00:00:00.0000000Z',
      ],
      ['Okta', 'invalid_client', 'The client_assertion token is expired.'],
      ['Okta', 'invalid_client', 'The client_assertion token has an expiration too far into the future.'],
      ['Keycloak', 'invalid_client', 'Token is not active'],
      ['Keycloak', 'invalid_client', 'Token was issued in the future'],
      ['Keycloak', 'invalid_client', 'Token was issued too far in the past to be used now'],
      ['Keycloak, before 23', 'invalid_client', 'Client authentication with signed JWT failed: Token is not active'],
      ['Salesforce', 'invalid_grant', 'expired authorization code'],
      ['Auth0', 'invalid_client', "'exp' claim must specify a time that is no more than 5 minutes after 'iat'"],
      ['Box', 'invalid_grant', "Please check the 'exp' claim."],
      ['Box', 'invalid_grant', "Current date/time MUST be before the expiration date/time listed in the 'exp' claim"],
      ['Zitadel', 'invalid_request', 'issuedAt of token is in the future'],
      ['Zitadel', 'invalid_request', 'token has expired'],
      ['Ory Hydra', 'invalid_client', "Unable to verify the integrity of the 'client_assertion' value. Token used before issued"],
      ['PyJWT', 'invalid_client', 'The token is not yet valid (iat)'],
      ['Spring', 'invalid_client', 'Jwt expired at 2026-01-01T00:00:00Z'],
    ])('%s, %s: "%s"', async (_, error, error_description) => {
      const body = { error, error_description };
      const { remedy } = await refuse(400, body);
      expect(remedy).toMatch(/^Have the clocks of the Cognigy installation and of the authorization server checked\./);
      // Of a refresh token the same words say that it has ended, unless they name the assertion.
      const having = await refuse(400, body, {}, 'refresh-1');
      if (!error_description.includes('assertion')) expect(having.remedy).not.toContain('clock');
      else expect(having.remedy).toBe(remedy);
    });

    test.each([
      ['invalid_client', "AADSTS7000222: The provided client secret keys for app 'x' are expired."],
      ['invalid_client', 'AADSTS700027: Client assertion contains an invalid signature. [Reason - The key was not found.]'],
      ['invalid_client', 'The client_assertion JWT kid is invalid.'],
      ['invalid_client', 'The client_assertion token has already been used.'],
      ['invalid_client', 'Token reuse detected'],
      ['invalid_client', 'Invalid token audience'],
      ['invalid_grant', 'audience is invalid'],
      ['invalid_grant', "user hasn't approved this consumer"],
      ['invalid_grant', 'Invalid JWT Signature.'],
      ['invalid_grant', 'Invalid grant: account not found'],
      ['invalid_grant', 'no_valid_keys_or_signatures'],
      ['invalid_grant', 'Token has been expired or revoked.'],
    ])('it is not, %s: "%s"', async (error, error_description) => {
      expect((await refuse(400, { error, error_description })).remedy).not.toContain('clock');
    });

    test('told again, where nobody knows the grant, it may also have been a refresh token', async () => {
      const error = (await refuse(400, { error: 'invalid_grant', error_description: 'jwt expired' })).with({ grant: undefined, remedy: undefined });
      expect(withRemedy(error, {}).remedy).toMatch(/^Have the clocks of the Cognigy installation and of the authorization server checked.*Or enter a new refresh token/);
    });
  });

  test('an earlier refusal, told again, goes by the settings', async () => {
    const error = (await refuse(400, { error: 'invalid_grant' })).with({ grant: undefined, remedy: undefined });
    expect(withRemedy(error, { refreshToken: 'refresh-1' }).remedy).toMatch(/^Enter a new refresh token/);
    expect(withRemedy(error, {}).remedy).toMatch(/^Check token URL/);
  });
});

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
