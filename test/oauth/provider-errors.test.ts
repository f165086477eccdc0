import type { ErrorCode } from '../../src/errors';
import type { HttpResponse } from '../../src/http';
import { clientCredentials, parseTokenResponse, secretsOf, withRemedy } from '../../src/oauth';
import type { TokenEndpointSettings } from '../../src/oauth';
import type { ClientAuthenticationName } from '../../src/oauth/client-authentication';
import { providerOf } from '../../tools/cli/providers';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { configOf, refreshTokenGrant } from '../support/token-endpoint';

// What twelve of the providers in tools/cli/providers/ answer. Texts of Entra, Okta, Keycloak, Genesys, ServiceNow, Google, Auth0, Zendesk,
// HubSpot and Salesforce are from documentation and reports of their users, where these were found; the rest follows the shape that
// the provider's other errors have, and was tried on no account.

type Mistake = 'a wrong secret' | 'a wrong scope' | 'a dead refresh token' | 'the wrong client authentication';
type Answer = [status: number, body: object | string, code: ErrorCode];

interface Provider {
  clientId?: string;
  answers: Record<Mistake, Answer>;
}

const DOORKEEPER_CLIENT =
  'Client authentication failed due to unknown client, no client authentication included, or unsupported authentication method.';
const DOORKEEPER_GRANT =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';

const entra = (error: string, error_description: string, code: number) => ({
  error,
  error_description: `${error_description} Trace ID: 00000000-0000-0000-0000-000000000000`,
  error_codes: [code],
  error_uri: `https://login.microsoftonline.com/error?code=${code}`,
});

/** By the provider's id. */
const PROVIDERS: Record<string, Provider> = {
  entra: {
    answers: {
      'a wrong secret': [401, entra('invalid_client', 'AADSTS7000215: Invalid client secret provided.', 7000215), 'invalid_client'],
      'a wrong scope': [400, entra('invalid_scope', 'AADSTS70011: The provided value for the input parameter scope is not valid.', 70011), 'invalid_scope'],
      'a dead refresh token': [400, entra('invalid_grant', 'AADSTS700082: The refresh token has expired due to inactivity.', 700082), 'invalid_grant'],
      'the wrong client authentication': [
        401,
        entra('invalid_client', "AADSTS7000218: The request body must contain the following parameter: 'client_assertion' or 'client_secret'.", 7000218),
        'invalid_client',
      ],
    },
  },
  salesforce: {
    answers: {
      'a wrong secret': [400, { error: 'invalid_client', error_description: 'invalid client credentials' }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope', error_description: 'the requested scope is not allowed' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant', error_description: 'expired access/refresh token' }, 'invalid_grant'],
      'the wrong client authentication': [400, { error: 'invalid_client_id', error_description: 'client identifier invalid' }, 'token_endpoint_error'],
    },
  },
  google: {
    answers: {
      'a wrong secret': [401, { error: 'invalid_client', error_description: 'The provided client secret is invalid.' }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope', error_description: 'Some requested scopes were invalid. {invalid=[x]}' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'invalid_grant'],
      'the wrong client authentication': [
        400,
        { error: 'invalid_request', error_description: 'Could not determine client ID from request.' },
        'invalid_request',
      ],
    },
  },
  auth0: {
    answers: {
      'a wrong secret': [401, { error: 'access_denied', error_description: 'Unauthorized' }, 'invalid_client'],
      'a wrong scope': [403, { error: 'access_denied', error_description: 'Client has not been granted scopes: read:x' }, 'token_endpoint_error'],
      'a dead refresh token': [403, { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }, 'invalid_grant'],
      'the wrong client authentication': [401, { error: 'access_denied', error_description: 'Unauthorized' }, 'invalid_client'],
    },
  },
  okta: {
    answers: {
      'a wrong secret': [401, { error: 'invalid_client', error_description: 'The client secret supplied for a confidential client is invalid.' }, 'invalid_client'],
      'a wrong scope': [
        400,
        { error: 'invalid_scope', error_description: 'One or more scopes are not configured for the authorization server resource.' },
        'invalid_scope',
      ],
      'a dead refresh token': [400, { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' }, 'invalid_grant'],
      'the wrong client authentication': [
        401,
        { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter.", errorLink: 'invalid_client', errorId: 'oae-1', errorCauses: [] },
        'invalid_client',
      ],
    },
  },
  keycloak: {
    answers: {
      'a wrong secret': [401, { error: 'unauthorized_client', error_description: 'Invalid client or Invalid client credentials' }, 'unauthorized_client'],
      'a wrong scope': [400, { error: 'invalid_scope', error_description: 'Invalid scopes: read' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant', error_description: 'Token is not active' }, 'invalid_grant'],
      'the wrong client authentication': [401, { error: 'invalid_client', error_description: 'Invalid client or Invalid client credentials' }, 'invalid_client'],
    },
  },
  genesys: {
    answers: {
      'a wrong secret': [401, { error: 'invalid_client', description: 'authentication failed', error_description: 'authentication failed' }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope', description: 'invalid scope', error_description: 'invalid scope' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant', description: 'refresh token is invalid', error_description: 'refresh token is invalid' }, 'invalid_grant'],
      'the wrong client authentication': [401, { error: 'invalid_client', description: 'client not found', error_description: 'client not found' }, 'invalid_client'],
    },
  },
  servicenow: {
    answers: {
      'a wrong secret': [401, { error_description: 'access_denied', error: 'server_error' }, 'invalid_client'],
      'a wrong scope': [400, { error_description: 'invalid scope', error: 'invalid_scope' }, 'invalid_scope'],
      // It says the same of both.
      'a dead refresh token': [401, { error_description: 'access_denied', error: 'server_error' }, 'invalid_client'],
      'the wrong client authentication': [401, { error_description: 'access_denied', error: 'server_error' }, 'invalid_client'],
    },
  },
  'sap-xsuaa': {
    clientId: 'sb-bot!t4711|api!b12',
    answers: {
      'a wrong secret': [401, { error: 'unauthorized', error_description: 'Bad credentials' }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope', error_description: '[x.y] is invalid. Please use a valid scope name in the request' }, 'invalid_scope'],
      'a dead refresh token': [
        401,
        { error: 'invalid_token', error_description: 'The token expired, was revoked, or the token ID is incorrect: 0123' },
        'invalid_grant',
      ],
      'the wrong client authentication': [401, { error: 'unauthorized', error_description: 'Bad credentials' }, 'invalid_client'],
    },
  },
  cognito: {
    answers: {
      'a wrong secret': [400, { error: 'invalid_client' }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant' }, 'invalid_grant'],
      'the wrong client authentication': [400, { error: 'invalid_client' }, 'invalid_client'],
    },
  },
  hubspot: {
    answers: {
      'a wrong secret': [400, { status: 'BAD_CLIENT_SECRET', message: 'missing or invalid client secret' }, 'token_endpoint_rejected'],
      'a wrong scope': [400, { status: 'error', message: 'one or more scopes are invalid', correlationId: '1' }, 'token_endpoint_rejected'],
      'a dead refresh token': [400, { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' }, 'invalid_grant'],
      'the wrong client authentication': [400, { status: 'BAD_CLIENT_ID', message: 'missing or unknown client id' }, 'token_endpoint_rejected'],
    },
  },
  zendesk: {
    answers: {
      'a wrong secret': [401, { error: 'invalid_client', error_description: DOORKEEPER_CLIENT }, 'invalid_client'],
      'a wrong scope': [400, { error: 'invalid_scope', error_description: 'The requested scope is invalid, unknown, or malformed.' }, 'invalid_scope'],
      'a dead refresh token': [400, { error: 'invalid_grant', error_description: DOORKEEPER_GRANT }, 'invalid_grant'],
      'the wrong client authentication': [401, { error: 'invalid_client', error_description: DOORKEEPER_CLIENT }, 'invalid_client'],
    },
  },
};

const SECRET = 'canary-client-secret-77b1';

/** What a bot builder is told. */
async function refusalOf(answer: HttpResponse, settings: TokenEndpointSettings, refreshToken?: string) {
  const config = configOf({ clientSecret: SECRET, ...settings, refreshToken });
  const grant = refreshToken === undefined ? clientCredentials : refreshTokenGrant(refreshToken);
  const context = { timestamp: 1_700_000_000, now: 1_700_000_000_000, secrets: secretsOf(config, grant), grant: grant.name };
  const error = await thrownBy(() => parseTokenResponse(answer, context));
  return withRemedy(error, config);
}

/** How its users are to connect. */
function authenticationOf(id: string): ClientAuthenticationName {
  const way = providerOf(id)?.way;
  if (way?.authentication !== 'clientSecret') throw new Error(`${id} has no client secret.`);
  return way.clientAuthentication[0];
}

const TOLD: Record<Mistake, RegExp> = {
  'a wrong secret': /client secret.*connection|connection.*client secret/i,
  'a wrong scope': /scope in the connection/,
  'a dead refresh token': /new refresh token/,
  'the wrong client authentication': /client authentication to client_secret_(?:basic|post)/,
};

describe.each(Object.entries(PROVIDERS))('%s', (id, { clientId, answers }) => {
  // The wrong client authentication is the other one.
  const authentication = authenticationOf(id);
  const other = authentication === 'client_secret_basic' ? 'client_secret_post' : 'client_secret_basic';

  test.each(Object.entries(answers) as [Mistake, Answer][])('%s', async (mistake, [status, body, code]) => {
    const isMethod = mistake === 'the wrong client authentication';
    const settings = { ...(clientId === undefined ? {} : { clientId }), clientAuthentication: isMethod ? other : authentication };
    const refreshToken = mistake === 'a dead refresh token' ? 'canary-refresh-token-1' : undefined;
    const error = await refusalOf(jsonAnswer(status, body), settings, refreshToken);
    expect(error).toMatchObject({ code, status, transient: false });
    expect(error.remedy).toMatch(TOLD[mistake]);
    if (isMethod) expect(error.remedy).toContain(`client authentication to ${authentication}`);
    expect(error.message).not.toMatch(/\[secret\]|canary/);
    for (const text of Object.values(body)) {
      if (typeof text === 'string' && text.includes(' ')) expect(error.message).toContain(text.slice(0, 40));
    }
    // Without a refresh token nobody is sent to enter a new one.
    if (refreshToken === undefined) expect(error.remedy).not.toMatch(/new refresh token|authorize again/i);
  });
});

describe('a remedy goes by what the caller did', () => {
  const refuse = (status: number, body: object | string, settings: TokenEndpointSettings = {}, refreshToken?: string) =>
    refusalOf(jsonAnswer(status, body), settings, refreshToken);

  test('invalid_grant without a refresh token names URL and scope, with one a new one, and never a token name to change', async () => {
    const without = await refuse(400, { error: 'invalid_grant', error_description: 'request not supported on this domain' });
    expect(without.remedy).toMatch(/token URL.*scope/);
    expect(without.remedy).not.toContain('refresh token');
    const having = await refuse(400, { error: 'invalid_grant' }, {}, 'refresh-1');
    expect(having.remedy).toBe(
      'Enter a new refresh token in the connection; where a Function refreshes, in its configuration too. The token name stays.',
    );
  });

  test('unsupported_grant_type', async () => {
    const body = { error: 'unsupported_grant_type', error_description: 'Invalid grant_type: client_credentials' };
    expect((await refuse(400, body)).remedy).toMatch(/does not offer client credentials: enter a refresh token/);
    expect((await refuse(400, body, {}, 'refresh-1')).remedy).toMatch(/token URL/);
  });

  test('unauthorized_client: of the grant, or of the client', async () => {
    const body = { error: 'unauthorized_client', error_description: 'Client not enabled to retrieve service account' };
    expect((await refuse(400, body)).remedy).toContain('client credentials');
    expect((await refuse(400, body, {}, 'refresh-1')).remedy).toContain('refresh tokens');
    expect((await refuse(401, body)).remedy).toContain('client secret');
  });

  test.each([
    ['client_secret_basic', { clientAuthentication: 'client_secret_basic' }, 'client_secret_post'],
    ['client_secret_post', { clientAuthentication: 'client_secret_post' }, 'client_secret_basic'],
  ])('%s was refused', async (_, settings, wanted) => {
    const { remedy } = await refuse(401, { error: 'invalid_client' }, settings);
    expect(remedy).toBe(`Check the client ID and the client secret in the connection, or set its client authentication to ${wanted}.`);
  });

  test.each([
    ['the secret', { clientSecret: 'a+b/c==' }],
    ['the ID', { clientId: 'sb-bot!t1|api' }],
  ])('Basic was refused, and its encoding changes %s', async (_, settings) => {
    const { remedy } = await refuse(401, { error: 'invalid_client' }, { ...settings, clientAuthentication: 'client_secret_basic' });
    expect(remedy).toMatch(/^In the connection, set its client authentication to client_secret_post: .*decode/);
    expect((await refuse(401, '', { ...settings, clientAuthentication: 'client_secret_post' })).remedy).not.toContain('decode');
  });

  test.each([
    ['Rails', 404, { status: 404, error: 'Not Found' }],
    ['Spring', 405, { timestamp: 1, status: 405, error: 'Method Not Allowed', path: '/token' }],
    ['Spring again', 415, { timestamp: 1, status: 415, error: 'Unsupported Media Type' }],
    ['NestJS', 404, { statusCode: 404, message: 'Cannot POST /token', error: 'Not Found' }],
    ['a page', 404, '<h1>Not found</h1>'],
    ['nothing', 405, ''],
    ['a gateway', 404, { message: 'no Route matched with those values' }],
    ['something gone', 410, { error: { message: 'Gone' } }],
  ])('%s with HTTP %d: it is the token URL', async (_, status, body) => {
    const error = await refuse(status, body);
    expect(error.code).toMatch(/^token_endpoint_(?:rejected|error)$/);
    expect(error.remedy).toMatch(/^Check the token URL/);
    expect(error.message).toContain(`HTTP ${status}`);
  });

  test.each([400, 403])('HTTP %d without a body names all that it may be', async (status) => {
    const { code, remedy } = await refuse(status, '', {}, 'refresh-1');
    expect(code).toBe('token_endpoint_rejected');
    for (const setting of ['client secret', 'refresh token', 'URL', 'proxy']) expect(remedy).toContain(setting);
  });

  test.each([
    ['Token has been revoked'],
    ['refresh token is invalid'],
    ['The refresh_token is invalid.'],
    ['refresh_token expired'],
    ['Invalid refresh token'],
    ['Unknown refresh_token'],
    ['the provided token was not found'],
  ])('invalid_request: "%s", to a refresh token only', async (error_description) => {
    const body = { error: 'invalid_request', error_description };
    const having = await refuse(400, body, {}, 'refresh-1');
    expect(having).toMatchObject({ code: 'invalid_grant', message: expect.stringContaining(`invalid_request: ${error_description}`) as string });
    expect(having.remedy).toContain('Enter a new refresh token');
    expect((await refuse(400, body)).code).toBe('invalid_request');
  });

  test.each([
    ['Missing parameter: refresh_token'],
    ['invalid client for this token endpoint'],
    ['requested_token_type is invalid'],
    ['The access token is invalid'],
    ['grant type refresh_token is not allowed for this client'],
    ['scope exceeds that of the refresh token'],
  ])('invalid_request: "%s" is no dead refresh token', async (error_description) => {
    expect((await refuse(400, { error: 'invalid_request', error_description }, {}, 'refresh-1')).code).toBe('invalid_request');
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
      expect(remedy).toMatch(/^Have two clocks checked: that of the Cognigy installation and that of the authorization server\./);
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
      expect(withRemedy(error, {}).remedy).toMatch(/^Have two clocks checked.*Or enter a new refresh token/);
    });
  });

  test('an earlier refusal, told again, goes by the settings', async () => {
    const error = (await refuse(400, { error: 'invalid_grant' })).with({ grant: undefined, remedy: undefined });
    expect(withRemedy(error, { refreshToken: 'refresh-1' }).remedy).toMatch(/^Enter a new refresh token/);
    expect(withRemedy(error, {}).remedy).toMatch(/^Check token URL/);
  });
});
