import fc from 'fast-check';

import { secretsOf } from '../../src/oauth';
import type { Grant } from '../../src/oauth';
import { CLIENT_CREDENTIALS, configOf, REFRESH_TOKEN, refreshTokenGrant, requestOf } from '../support/token-endpoint';

const BASIC_HEADERS = {
  accept: 'application/json',
  'content-type': 'application/x-www-form-urlencoded',
  // printf '%s' 'a-client:s3cret-of-a-client' | base64
  authorization: 'Basic YS1jbGllbnQ6czNjcmV0LW9mLWEtY2xpZW50',
};
const POST_HEADERS = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };

const EXTRAS = {
  scope: 'read write:all',
  audience: 'https://api.example.com/',
  extraParameters: 'resource=urn:a&tenant=T%C3%BCr',
};
const EXTRAS_BODY = 'scope=read+write%3Aall&audience=https%3A%2F%2Fapi.example.com%2F&resource=urn%3Aa&tenant=T%C3%BCr';
const CLIENT_BODY = 'client_id=a-client&client_secret=s3cret-of-a-client';

const GRANTS: [Grant, string][] = [
  [CLIENT_CREDENTIALS, 'grant_type=client_credentials'],
  [REFRESH_TOKEN, 'grant_type=refresh_token&refresh_token=refresh-token-1'],
];

describe.each(GRANTS)('the request of %p', (grant, grantBody) => {
  it('with client_secret_basic', async () => {
    expect(await requestOf(configOf(), grant)).toStrictEqual({
      method: 'POST',
      url: 'https://login.example.com/oauth2/token',
      headers: BASIC_HEADERS,
      body: grantBody,
    });
  });

  it('with client_secret_post', async () => {
    expect(await requestOf(configOf({ clientAuthentication: 'client_secret_post' }), grant)).toStrictEqual({
      method: 'POST',
      url: 'https://login.example.com/oauth2/token',
      headers: POST_HEADERS,
      body: `${grantBody}&${CLIENT_BODY}`,
    });
  });

  it.each([
    ['scope', { scope: EXTRAS.scope }, 'scope=read+write%3Aall'],
    ['audience', { audience: EXTRAS.audience }, 'audience=https%3A%2F%2Fapi.example.com%2F'],
    ['extra parameters', { extraParameters: EXTRAS.extraParameters }, 'resource=urn%3Aa&tenant=T%C3%BCr'],
    ['all of these', EXTRAS, EXTRAS_BODY],
  ])('with %s', async (_, settings, body) => {
    const basic = await requestOf(configOf(settings), grant);
    expect([basic.headers, basic.body]).toEqual([BASIC_HEADERS, `${grantBody}&${body}`]);
    const post = await requestOf(configOf({ ...settings, clientAuthentication: 'client_secret_post' }), grant);
    expect([post.headers, post.body]).toEqual([POST_HEADERS, `${grantBody}&${body}&${CLIENT_BODY}`]);
  });

  it('encodes reserved characters of the credentials in the body', async () => {
    const settings = { clientId: 'a:b', clientSecret: 'p&q=r+s %~', clientAuthentication: 'client_secret_post' };
    const { body } = await requestOf(configOf(settings), grant);
    expect(body).toBe(`${grantBody}&client_id=a%3Ab&client_secret=p%26q%3Dr%2Bs+%25%7E`);
  });
});

describe('client_secret_basic', () => {
  it.each([
    ['a colon', 'a:b', 'c:d', 'a%3Ab:c%3Ad'],
    ['a percent sign', 'a%b', '100%', 'a%25b:100%25'],
    ['a plus sign', 'a+b', '+', 'a%2Bb:%2B'],
    ['a space', 'a b', 'c d', 'a+b:c+d'],
    ['an ampersand', 'a&b', '&', 'a%26b:%26'],
    ['an equals sign and a slash', 'a=b', 'c/d', 'a%3Db:c%2Fd'],
    ['what a URL may hold as it is', 'sb-bot!t1|api', "(it's)~", 'sb-bot%21t1%7Capi:%28it%27s%29%7E'],
    ['space around the secret, which is part of it', 'a', ' b ', 'a:+b+'],
  ])('form-encodes %s before base64 (RFC 6749 §2.3.1)', async (_, clientId, clientSecret, encoded) => {
    const { headers } = await requestOf(configOf({ clientId, clientSecret }), CLIENT_CREDENTIALS);
    expect(headers['authorization']).toBe(`Basic ${Buffer.from(encoded, 'ascii').toString('base64')}`);
  });

  it('can be decoded by the server as the RFC has it', async () => {
    const texts = fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((text) => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(texts, texts, async (clientId, clientSecret) => {
        const { headers } = await requestOf(configOf({ clientId, clientSecret }), CLIENT_CREDENTIALS);
        const decoded = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('ascii');
        const [id, secret, ...more] = decoded.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'));
        expect([id, secret, more]).toEqual([clientId.trim(), clientSecret, []]);
      }),
    );
  });
});

describe('secretsOf', () => {
  it('lists every secret', () => {
    const config = configOf({ clientSecret: 'a secret', refreshToken: 'first/token' });
    const secrets = secretsOf(config, refreshTokenGrant('used+token'));
    const basic = Buffer.from('a-client:a+secret').toString('base64');
    expect(secrets).toEqual(
      expect.arrayContaining(['a secret', 'first/token', 'used+token', basic]),
    );
    expect(secrets).not.toContain('a-client');
  });

  it.each([
    ['resource', 'https://api.contoso.com'],
    ['resource', '2f1c7a94-00aa-4bb0-8cde-0123456789ab'],
    ['audience', 'api-7f3a9c2b1d'],
    ['scope', 'tickets2024:read'],
    ['tenant', '2f1c7a94-00aa-4bb0-8cde-0123456789ab'],
    ['requested_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
    ['expires_in', '172800'],
    ['api-version', '2023-01-01'],
    ['realm', 'employees'],
    ['domain', 'login.contoso.com'],
    ['mode', 'v2'],
    ['grant', 'urn:x1:y2:z3'],
    ['callback', 'https://bot1.example.com/a?b'],
  ])('leaves out what is public: %s=%s', (name, value) => {
    expect(secretsOf(configOf({ extraParameters: { [name]: value } }), CLIENT_CREDENTIALS)).not.toContain(value);
  });

  it.each([
    ['api_key', 'a-key-of-theirs'],
    ['password', 'correct horse'],
    ['passcode', '12345678'],
    ['saml_assertion', 'eyJhbGciOi.eyJpc3Mi.c2ln'],
    ['subject_token', 'opaque'],
    ['x', 'q8Zr2mWv91'],
    ['custom', 'dGhpcyBpcyBhIHNlY3JldA=='],
  ])('holds what may be a secret: %s=%s', (name, value) => {
    expect(secretsOf(configOf({ extraParameters: { [name]: value } }), CLIENT_CREDENTIALS)).toContain(value);
  });

  it('makes do without refresh tokens', () => {
    expect(secretsOf(configOf(), CLIENT_CREDENTIALS)).not.toContain(undefined);
  });
});
