/** The same requests and the same reading of answers as `oauth4webapi`, an implementation by other people. */
import * as oauth from 'oauth4webapi';
import fc from 'fast-check';

import { parseTokenResponse } from '../../src/oauth';
import type { HttpResponse } from '../../src/http';
import { jsonAnswer } from '../support/recording-transport';
import { thrownBy } from '../support/thrown-by';
import { CLIENT_CREDENTIALS, configOf, refreshTokenGrant, requestOf } from '../support/token-endpoint';

/** Seconds; no lifetime is counted longer than ten years. */
const LIFETIMES = fc.integer({ min: 1, max: 315_360_000 });

const SERVER: oauth.AuthorizationServer = {
  issuer: 'https://login.example.com',
  token_endpoint: 'https://login.example.com/oauth2/token',
};

type GrantName = 'client_credentials' | 'refresh_token';

interface Sent {
  method: string;
  url: string;
  contentType: string | undefined;
  /** Decoded pairs, sorted. */
  parameters: string[];
  /** The decoded user name and password of HTTP Basic. */
  credentials: string[] | undefined;
}

interface Case {
  clientId: string;
  clientSecret: string;
  scope: string;
  audience: string;
  extra: Record<string, string>;
  refreshToken: string;
}

/** As a server reads it: RFC 6749 §2.3.1 and appendix B. */
function sentAs(method: string, url: string, headers: Record<string, string>, body: string): Sent {
  const [scheme, encoded] = (headers['authorization'] ?? '').split(' ');
  const credentials = Buffer.from(encoded ?? '', 'base64')
    .toString('ascii')
    .split(':')
    .map((part) => new URLSearchParams(`part=${part}`).get('part') ?? '');
  return {
    method,
    url,
    contentType: headers['content-type']?.replace(/;.*/, ''),
    parameters: [...new URLSearchParams(body)].map((pair) => JSON.stringify(pair)).sort(),
    credentials: scheme === 'Basic' ? credentials : undefined,
  };
}

async function theirs(clientAuthentication: string, grantType: GrantName, some: Case): Promise<Sent> {
  let sent: Sent | undefined;
  const options = {
    [oauth.customFetch]: async (url: string, { method, headers, body }: oauth.CustomFetchOptions<string, unknown>) => {
      if (!(body instanceof URLSearchParams)) throw new TypeError('Another kind of body than expected.');
      sent = sentAs(method, url, headers, body.toString());
      return new Response('{}');
    },
  };
  const client = { client_id: some.clientId };
  const authentication =
    clientAuthentication === 'client_secret_post'
      ? oauth.ClientSecretPost(some.clientSecret)
      : oauth.ClientSecretBasic(some.clientSecret);
  const parameters = { scope: some.scope, audience: some.audience, ...some.extra };
  if (grantType === 'refresh_token') {
    const additionalParameters = parameters;
    await oauth.refreshTokenGrantRequest(SERVER, client, authentication, some.refreshToken, { ...options, additionalParameters });
  } else {
    await oauth.clientCredentialsGrantRequest(SERVER, client, authentication, parameters, options);
  }
  if (sent === undefined) throw new Error('No request was made.');
  return sent;
}

async function ours(clientAuthentication: string, grantType: GrantName, some: Case): Promise<Sent> {
  const { clientId, clientSecret, scope, audience, extra, refreshToken } = some;
  const config = configOf({ clientId, clientSecret, scope, audience, extraParameters: extra, clientAuthentication });
  const grant = grantType === 'refresh_token' ? refreshTokenGrant(refreshToken) : CLIENT_CREDENTIALS;
  const { method, url, headers, body } = await requestOf(config, grant);
  return sentAs(method, url, headers, body as string);
}

describe.each(['client_secret_basic', 'client_secret_post'])('the request with %s', (clientAuthentication) => {
  describe.each(['client_credentials', 'refresh_token'] as const)('for %s', (grantType) => {
    it('is the same', async () => {
      const some = {
        clientId: 'a:client id',
        clientSecret: "s3cret: % + & = / ~!*'() \\|",
        scope: 'read write:all',
        audience: 'https://api.example.com/?a=b&c',
        extra: { resource: 'urn:example:a', tenant: 'Tür' },
        refreshToken: 'refresh+token/1==',
      };
      const sent = await ours(clientAuthentication, grantType, some);
      expect(sent).toEqual(await theirs(clientAuthentication, grantType, some));
      expect(sent.credentials).toEqual(
        clientAuthentication === 'client_secret_basic' ? [some.clientId, some.clientSecret] : undefined,
      );
    });

    it('is the same for any values', async () => {
      const texts = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => text.trim() === text && !text.includes('  '));
      const cases = fc.record({
        clientId: texts,
        clientSecret: texts,
        scope: texts,
        audience: texts,
        extra: fc.dictionary(fc.stringMatching(/^x-[a-z]+$/), texts, { noNullPrototype: true }),
        refreshToken: texts,
      });
      await fc.assert(
        fc.asyncProperty(cases, async (some) => {
          expect(await ours(clientAuthentication, grantType, some)).toEqual(await theirs(clientAuthentication, grantType, some));
        }),
      );
    });
  });
});

const CONTEXT = { timestamp: 1_700_000_000, now: 1_700_000_000_000, secrets: [] };

const PROCESS = {
  client_credentials: oauth.processClientCredentialsResponse,
  refresh_token: oauth.processRefreshTokenResponse,
};

describe.each(['client_credentials', 'refresh_token'] as const)('the answer to %s', (grantType) => {
  function read({ status, headers, data }: HttpResponse): Promise<oauth.TokenEndpointResponse> {
    return PROCESS[grantType](SERVER, { client_id: 'a-client' }, new Response(String(data), { status, headers }));
  }

  it.each([
    ['the usual members', { access_token: 'token-1', token_type: 'Bearer', expires_in: 3600 }],
    ['a bearer in small letters', { access_token: 'token-1', token_type: 'bearer', expires_in: 1 }],
    ['a refresh token and a scope', { access_token: 'a', token_type: 'Bearer', expires_in: 60, refresh_token: 'r', scope: 'b c' }],
    ['a lifetime as text', { access_token: 'a', token_type: 'Bearer', expires_in: '3600' }],
    ['members of its own', { access_token: '~', token_type: 'BEARER', expires_in: 5, ext: { list: [1, null] } }],
    ['another type', { access_token: 'a', token_type: 'DPoP', expires_in: 5 }],
  ])('with %s reads the same', async (_, body) => {
    const answer = jsonAnswer(200, body);
    const token = parseTokenResponse(answer, CONTEXT);
    const reading = await read(answer);
    // They write the type in small letters, we write "Bearer": both may, RFC 6749 §7.1.
    expect({ ...token, token_type: token.token_type.toLowerCase() }).toEqual(reading);
  });

  it('reads the same for any token', async () => {
    const bodies = fc.record(
      {
        access_token: fc.string({ minLength: 1, unit: 'grapheme-ascii' }),
        token_type: fc.constantFrom('Bearer', 'bearer', 'bEARER', 'DPoP'),
        expires_in: fc.oneof(LIFETIMES, LIFETIMES.map(String)),
        refresh_token: fc.string({ minLength: 1, unit: 'grapheme' }),
        scope: fc.string({ unit: 'grapheme' }),
      },
      { requiredKeys: ['access_token', 'token_type', 'expires_in'], noNullPrototype: true },
    );
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const token = parseTokenResponse(jsonAnswer(200, body), CONTEXT);
        const reading = await read(jsonAnswer(200, body));
        expect({ ...token, token_type: token.token_type.toLowerCase() }).toEqual(reading);
      }),
    );
  });

  it.each([
    ['invalid_request', 400],
    ['invalid_client', 401],
    ['invalid_client', 400],
    ['invalid_grant', 400],
    ['unauthorized_client', 400],
    ['unsupported_grant_type', 400],
    ['invalid_scope', 400],
    ['invalid_target', 400],
  ])('with the error %s and HTTP %d has the same code', async (code, status) => {
    const answer = jsonAnswer(status, { error: code, error_description: 'Not like this' });
    const error = await thrownBy(() => parseTokenResponse(answer, CONTEXT));
    const refusal: unknown = await read(answer).catch((thrown: unknown) => thrown);
    if (!(refusal instanceof oauth.ResponseBodyError)) throw refusal;
    expect([error.code, error.status]).toEqual([refusal.error, refusal.status]);
    expect(error.message).toContain(refusal.error_description);
  });

  const REFUSED: [string, HttpResponse][] = [
    ['no token', jsonAnswer(200, { token_type: 'Bearer', expires_in: 60 })],
    ['an empty token', jsonAnswer(200, { access_token: '', token_type: 'Bearer', expires_in: 60 })],
    ['an array', jsonAnswer(200, [])],
    ['null', jsonAnswer(200, null)],
    ['a page', { status: 200, headers: { 'content-type': 'text/html' }, data: '<html></html>' }],
    ['an empty body', jsonAnswer(200, '')],
    ['a redirect', jsonAnswer(302, {})],
    ['HTTP 404', { status: 404, headers: { 'content-type': 'text/html' }, data: 'Not Found' }],
    ['HTTP 500', jsonAnswer(500, { error: 'server_error' })],
    ['a success that is an error', jsonAnswer(200, { error: 'invalid_grant' })],
  ];

  it.each(REFUSED)('of %s is a token for neither', async (_, answer) => {
    await thrownBy(() => parseTokenResponse(answer, CONTEXT));
    await expect(read(answer)).rejects.toThrow();
  });
});
