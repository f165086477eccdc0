import type { ErrorCode } from '../../../src/errors';
import type { ClientAuthenticationName } from '../../../src/oauth/client-authentication';
import { providerOf } from '../../../tools/cli/providers';
import type { Answer, OutcomeWorld, Seen } from '../../support/outcome-world';
import { jsonAnswer } from '../../support/recording-transport';

// What twelve of the providers in tools/cli/providers/ answer. Texts of Entra, Okta, Keycloak, Genesys, ServiceNow, Google, Auth0, Zendesk,
// HubSpot and Salesforce are from documentation and reports of their users, where these were found; the rest follows the shape that
// the provider's other errors have, and was tried on no account.

type Mistake = 'a wrong secret' | 'a wrong scope' | 'a dead refresh token' | 'the wrong client authentication';
type Refusal = [status: number, body: object | string, code: ErrorCode];

interface Provider {
  clientId?: string;
  answers: Record<Mistake, Refusal>;
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

let world: OutcomeWorld;

/** It is final, and not tried again: but for the other client authentication, where the client was refused and none is chosen. */
function expectFinal(sent: readonly Seen[], code: string, settings: { clientAuthentication?: unknown }): void {
  const isTriedInBoth = settings.clientAuthentication === undefined && code === 'invalid_client';
  expect(sent.map(({ headers }) => 'authorization' in headers)).toEqual(isTriedInBoth ? [true, false] : [settings.clientAuthentication !== 'client_secret_post']);
}

/** What is entered in a connection. */
interface Entered { clientAuthentication?: string; [setting: string]: unknown }

/** What a bot builder is told. */
async function refusalOf(answer: Answer, settings: Entered = {}, refreshToken?: string) {
  world.play(answer);
  const { result, sent } = await world.run(world.config('conversation', { ...settings, refreshToken }));
  if (result.error === undefined) throw new Error('It was not refused.');
  expectFinal(sent, result.error.code, settings);
  return result.error;
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

/** What a bot builder, or the Function's log, is told of a refusal: the server's own words, and a remedy for what this caller did. */
export function testServerWords(worldNow: () => OutcomeWorld): void {
  beforeEach(() => {
    world = worldNow();
  });

  describe.each(Object.entries(PROVIDERS))('%s', (id, { clientId, answers }) => {
    // The wrong client authentication is the other one.
    const authentication = authenticationOf(id);
    const other = authentication === 'client_secret_basic' ? 'client_secret_post' : 'client_secret_basic';

    test.each(Object.entries(answers) as [Mistake, Refusal][])('%s', async (mistake, [status, body, code]) => {
      const isMethod = mistake === 'the wrong client authentication';
      const settings = { ...(clientId === undefined ? {} : { clientId }), clientAuthentication: isMethod ? other : authentication };
      const refreshToken = mistake === 'a dead refresh token' ? 'canary-refresh-token-1' : undefined;
      const error = await refusalOf(jsonAnswer(status, body), settings, refreshToken);
      expect(error).toMatchObject({ code, status });
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
    const refuse = (status: number, body: object | string, settings: Entered = {}, refreshToken?: string) =>
      refusalOf(jsonAnswer(status, body), settings, refreshToken);

    test('invalid_grant without a refresh token names URL and scope, with one a new one, and never a token name to change', async () => {
      const without = await refuse(400, { error: 'invalid_grant', error_description: 'request not supported on this domain' });
      expect(without.remedy).toMatch(/token URL.*scope/);
      expect(without.remedy).not.toContain('refresh token');
      const having = await refuse(400, { error: 'invalid_grant' }, {}, 'canary-refresh-token-1');
      expect(having.remedy).toBe(
        'Enter a new refresh token in the connection; where a Function refreshes, in its configuration too. The token name stays.',
      );
    });

    test('unsupported_grant_type', async () => {
      const body = { error: 'unsupported_grant_type', error_description: 'Invalid grant_type: client_credentials' };
      expect((await refuse(400, body)).remedy).toMatch(/does not offer client credentials: enter a refresh token/);
      expect((await refuse(400, body, {}, 'canary-refresh-token-1')).remedy).toMatch(/token URL/);
    });

    test('unauthorized_client: of the grant, or of the client', async () => {
      const body = { error: 'unauthorized_client', error_description: 'Client not enabled to retrieve service account' };
      expect((await refuse(400, body)).remedy).toContain('client credentials');
      expect((await refuse(400, body, {}, 'canary-refresh-token-1')).remedy).toContain('refresh tokens');
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
      ['the secret', { clientSecret: 'a+b/c==', clientAuthentication: 'client_secret_basic' }],
      ['the ID', { clientId: 'sb-bot!t1|api', clientAuthentication: 'client_secret_basic' }],
    ])('Basic was refused, and its encoding changes %s', async (_, settings) => {
      const { remedy } = await refuse(401, { error: 'invalid_client' }, settings);
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
      const { code, remedy } = await refuse(status, '', {}, 'canary-refresh-token-1');
      expect(code).toBe('token_endpoint_rejected');
      for (const setting of ['client secret', 'refresh token', 'token URL', 'proxy']) expect(remedy).toContain(setting);
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
      const having = await refuse(400, body, {}, 'canary-refresh-token-1');
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
      expect((await refuse(400, { error: 'invalid_request', error_description }, {}, 'canary-refresh-token-1')).code).toBe('invalid_request');
    });

    test.each([
      ['endpoint', 'canary-refresh-token-1', /^Enter a new refresh token/],
      ['redis', 'canary-refresh-token-1', /^Enter a new refresh token/],
      ['endpoint', undefined, /^Check token URL/],
      ['redis', undefined, /^Check token URL/],
    ] as const)('an earlier refusal, told again by the store "%s" to settings with the refresh token %s, has the same remedy', async (store, refreshToken, remedy) => {
      world.play(jsonAnswer(400, { error: 'invalid_grant' }));
      const config = world.config(store, { refreshToken });
      await world.run(config);
      const { result, sent } = await world.run(config);
      expect(sent).toEqual([]);
      expect(result.error).toMatchObject({ code: 'invalid_grant', message: expect.stringContaining('the next try is allowed in') as string });
      expect(result.error?.remedy).toMatch(remedy);
    });
  });

  describe('the words of a server, whatever their shape', () => {
    const SAID: [what: string, status: number, body: object | string, code: ErrorCode, said: RegExp][] = [
      ['errorCode and errorSummary', 401, { errorCode: 'E0000011', errorSummary: 'Invalid token provided' }, 'invalid_client', /E0000011.*Invalid token provided/],
      ['error as an object', 400, { error: { code: 'bad_scope', message: 'Scope x is unknown' } }, 'token_endpoint_error', /Scope x is unknown/],
      ['error as a list', 400, { errors: [{ detail: 'Scope x is unknown' }] }, 'token_endpoint_rejected', /Scope x is unknown/],
      ['a hint', 400, { error: 'invalid_request', hint: 'Check the `tenant` parameter' }, 'invalid_request', /Check the `tenant` parameter/],
      ['a resource that was sent', 400, { error: 'invalid_target', error_description: 'https://api.contoso.com was not found' }, 'invalid_target', /https:\/\/api\.contoso\.com was not found/],
      ['a number that was sent', 400, { error: 'invalid_request', error_description: 'between 300 and 172800' }, 'invalid_request', /between 300 and 172800/],
      ['nothing, with 401', 401, '', 'invalid_client', /HTTP 401/],
      ['a page, with 401', 401, '<h1>Unauthorized</h1>', 'invalid_client', /HTTP 401/],
      ['a form', 400, 'error=invalid_scope&error_description=no+such+scope', 'invalid_scope', /no such scope/],
    ];
    const settings = { extraParameters: 'resource=https://api.contoso.com&expires_in=172800' };

    test.each(SAID)('%s', async (_, status, body, code, said) => {
      const answer = typeof body === 'string' ? { status, data: body } : jsonAnswer(status, body);
      const error = await refusalOf(answer, settings);
      expect(error).toMatchObject({ code, status, message: expect.stringMatching(said) as string });
      expect(error.message).not.toContain('[secret]');
    });

    test.each(SAID)('%s, to the Function', async (_, status, body, code, said) => {
      world.play(typeof body === 'string' ? { status, data: body } : jsonAnswer(status, body));
      const { log, sent } = await world.hop(settings);
      expectFinal(sent, code, {});
      expect(log).toMatch(new RegExp(`(?:warn|error) ${code} token=accessToken .*The refresh failed\\. .*${said.source}`));
    });

    test('500 with a description is an outage, in the words of the server', async () => {
      world.play(jsonAnswer(500, { error: 'server_error', error_description: 'The tenant is being moved' }));
      const { result, sent } = await world.run(world.config('conversation'));
      expect(result.error).toMatchObject({ code: 'token_endpoint_unavailable', status: 500, message: expect.stringContaining('The tenant is being moved') as string });
      expect(sent).toHaveLength(3);
      expect((await world.hop()).log).toMatch(/ warn token_endpoint_unavailable token=.*The tenant is being moved/);
    });

    test('a secret that the server repeats is struck out, in every encoding, and the rest is not', async () => {
      const clientSecret = 'canary s3cret+&';
      const words = ['canary s3cret+&', 'canary%20s3cret%2B%26', 'canary+s3cret%2b%26', Buffer.from(`a-client:canary+s3cret%2B%26`).toString('base64')];
      for (const said of words) {
        const { message } = await refusalOf(jsonAnswer(400, { error: 'invalid_request', error_description: `unknown: ${said}, tenant 4711` }), { clientSecret });
        expect(message).toBe('The token endpoint answered invalid_request: unknown: [secret], tenant 4711.');
      }
    });
  });

  describe('what only the operator of the server mends is asked for once an hour in the end', () => {
    const HOURS = 15;
    const HOUR_MS = 3_600_000;

    // The pauses have reached their longest by then.
    function expectPatience(): void {
      const late = world.sent.filter(({ at }) => at > world.clock.now() - 12 * HOUR_MS);
      expect(late.length).toBeGreaterThanOrEqual(11);
      expect(late.length).toBeLessThanOrEqual(18);
    }

    test.each([
      ['unauthorized_client', 'endpoint'],
      ['unsupported_grant_type', 'redis'],
    ] as const)('after %s, with the store "%s"', async (error, store) => {
      world.play(jsonAnswer(400, { error }));
      for (let minute = 0; minute < HOURS * 60; minute += 12) {
        expect((await world.run(world.config(store))).result.error?.code).toBe(error);
        await world.pass(12 * 60);
      }
      expectPatience();
    });

    test('after unauthorized_client, by the Function', async () => {
      world.play(jsonAnswer(400, { error: 'unauthorized_client' }));
      const end = world.clock.now() + HOURS * HOUR_MS;
      while (world.clock.now() < end) await world.hop();
      expectPatience();
    });
  });
}
