import fc from 'fast-check';

import { buildTokenRequest, secretsOf } from '../../src/oauth';
import type { Grant } from '../../src/oauth';
import { CLIENT_CREDENTIALS, configOf, REFRESH_TOKEN, refreshTokenGrant } from '../support/token-endpoint';

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
  it('with client_secret_basic', () => {
    expect(buildTokenRequest(configOf(), grant)).toStrictEqual({
      method: 'POST',
      url: 'https://login.example.com/oauth2/token',
      headers: BASIC_HEADERS,
      body: grantBody,
    });
  });

  it('with client_secret_post', () => {
    expect(buildTokenRequest(configOf({ clientAuthentication: 'client_secret_post' }), grant)).toStrictEqual({
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
  ])('with %s', (_, settings, body) => {
    const basic = buildTokenRequest(configOf(settings), grant);
    expect([basic.headers, basic.body]).toEqual([BASIC_HEADERS, `${grantBody}&${body}`]);
    const post = buildTokenRequest(configOf({ ...settings, clientAuthentication: 'client_secret_post' }), grant);
    expect([post.headers, post.body]).toEqual([POST_HEADERS, `${grantBody}&${body}&${CLIENT_BODY}`]);
  });

  it('encodes reserved characters of the credentials in the body', () => {
    const settings = { clientId: 'a:b', clientSecret: 'p&q=r+s %ü', clientAuthentication: 'client_secret_post' };
    const { body } = buildTokenRequest(configOf(settings), grant);
    expect(body).toBe(`${grantBody}&client_id=a%3Ab&client_secret=p%26q%3Dr%2Bs+%25%C3%BC`);
  });
});

describe('client_secret_basic', () => {
  it.each([
    ['a colon', 'a:b', 'c:d', 'a%3Ab:c%3Ad'],
    ['a percent sign', 'a%b', '100%', 'a%25b:100%25'],
    ['a plus sign', 'a+b', '+', 'a%2Bb:%2B'],
    ['a space', 'a b', 'c d', 'a+b:c+d'],
    ['an umlaut', 'ü', 'Ä', '%C3%BC:%C3%84'],
    ['an ampersand', 'a&b', '&', 'a%26b:%26'],
    ['an equals sign and a slash', 'a=b', 'c/d', 'a%3Db:c%2Fd'],
    ['a surrogate pair', '😀', '😀', '%F0%9F%98%80:%F0%9F%98%80'],
    ['space around the secret, which is part of it', 'a', ' b ', 'a:+b+'],
  ])('form-encodes %s before base64 (RFC 6749 §2.3.1)', (_, clientId, clientSecret, encoded) => {
    const { headers } = buildTokenRequest(configOf({ clientId, clientSecret }), CLIENT_CREDENTIALS);
    expect(headers['authorization']).toBe(`Basic ${Buffer.from(encoded, 'ascii').toString('base64')}`);
  });

  it('can be decoded by the server as the RFC has it', () => {
    const texts = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => text.trim() !== '');
    fc.assert(
      fc.property(texts, texts, (clientId, clientSecret) => {
        const { headers } = buildTokenRequest(configOf({ clientId, clientSecret }), CLIENT_CREDENTIALS);
        const decoded = Buffer.from((headers['authorization'] ?? '').replace(/^Basic /, ''), 'base64').toString('ascii');
        const [id, secret, ...more] = decoded.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'));
        expect([id, secret, more]).toEqual([clientId.trim(), clientSecret, []]);
      }),
    );
  });
});

describe('secretsOf', () => {
  it('lists every secret, bare and encoded', () => {
    const config = configOf({ clientSecret: 'a secret', refreshToken: 'first/token' });
    const secrets = secretsOf(config, refreshTokenGrant('used+token'));
    const basic = Buffer.from('a-client:a+secret').toString('base64');
    expect(secrets).toEqual(
      expect.arrayContaining(['a secret', 'a+secret', 'first/token', 'first%2Ftoken', 'used+token', 'used%2Btoken', basic]),
    );
    expect(secrets).not.toContain('a-client');
  });

  it('leaves out what says what a token is for, and numbers', () => {
    const extraParameters = { resource: 'https://api.example.com', max_age: '3600', api_key: 'a-key-of-theirs' };
    const secrets = secretsOf(configOf({ extraParameters }), CLIENT_CREDENTIALS);
    expect(secrets).toContain('a-key-of-theirs');
    expect(secrets).not.toContain('https://api.example.com');
    expect(secrets).not.toContain('3600');
  });

  it('makes do without refresh tokens', () => {
    expect(secretsOf(configOf(), CLIENT_CREDENTIALS)).not.toContain(undefined);
  });
});
