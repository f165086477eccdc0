import fc from 'fast-check';

import { descriptionsOf, discover } from '../../../tools/cli/authorize/discovery';
import { CliError } from '../../../tools/cli/cli-error';
import type { HttpResponse } from '../../../src/http';
import { jsonAnswer } from '../../support/recording-transport';
import { AUTHORIZATION_URL, AuthorizeWorld, CANARIES, DEVICE_URL, silent } from './support';

const ISSUER = 'https://login.example.com/tenant/1';
const OAUTH = 'https://login.example.com/.well-known/oauth-authorization-server/tenant/1';
const OPENID = 'https://login.example.com/tenant/1/.well-known/openid-configuration';
const METADATA = { issuer: ISSUER, authorization_endpoint: AUTHORIZATION_URL, device_authorization_endpoint: DEVICE_URL };

/** Asks for a description. @returns what came of it, and the addresses that were asked */
async function find(answers: Record<string, HttpResponse | Error>, issuer = ISSUER) {
  const asked: string[] = [];
  const transport = async ({ url, method }: { url: string; method: string }): Promise<HttpResponse> => {
    asked.push(`${method} ${url}`);
    const answer = answers[url] ?? { status: 404, headers: {}, data: '' };
    if (answer instanceof Error) throw answer;
    return answer;
  };
  const outcome = await discover(issuer, { transport, allowInsecure: false }).catch((error: unknown) => error);
  return { asked, outcome };
}

test('the description is looked for where RFC 8414 has it, then where OpenID Connect has it', async () => {
  const first = await find({ [OAUTH]: jsonAnswer(200, METADATA), [OPENID]: jsonAnswer(200, {}) });
  expect(first.asked).toEqual([`GET ${OAUTH}`]);
  const second = await find({ [OAUTH]: jsonAnswer(200, '<html>'), [OPENID]: jsonAnswer(200, METADATA) });
  expect(second.asked).toEqual([`GET ${OAUTH}`, `GET ${OPENID}`]);
  for (const { outcome } of [first, second]) {
    expect(outcome).toEqual({ issuer: ISSUER, authorizationUrl: AUTHORIZATION_URL, deviceAuthorizationUrl: DEVICE_URL, knowsOfflineAccess: false, namesItself: false });
  }
});

test.each([
  ['https://a.example.com', 'https://a.example.com/.well-known/oauth-authorization-server', 'https://a.example.com/.well-known/openid-configuration'],
  ['https://a.example.com/', 'https://a.example.com/.well-known/oauth-authorization-server', 'https://a.example.com/.well-known/openid-configuration'],
  ['https://a.example.com:8443/x/', 'https://a.example.com:8443/.well-known/oauth-authorization-server/x', 'https://a.example.com:8443/x/.well-known/openid-configuration'],
])('%s is described there', (issuer, ...expected) => {
  expect(descriptionsOf(issuer)).toEqual(expected);
});

test('a slash at the end of a bare origin is no difference', async () => {
  const { outcome } = await find({ [descriptionsOf('https://a.example.com')[0] ?? '']: jsonAnswer(200, { issuer: 'https://a.example.com/' }) }, 'https://a.example.com');
  expect(outcome).toMatchObject({ issuer: 'https://a.example.com/', authorizationUrl: undefined });
});

test.each([
  ['names another issuer', { [OAUTH]: jsonAnswer(200, { ...METADATA, issuer: 'https://login.example.com/tenant/2' }) }, 'issuer_not_matched', 'tenant/2'],
  ['names no URL', { [OAUTH]: jsonAnswer(200, { ...METADATA, issuer: 'x' }) }, 'issuer_not_matched', 'x'],
  ['names http', { [OAUTH]: jsonAnswer(200, { ...METADATA, authorization_endpoint: 'http://login.example.com/a' }) }, 'server_not_described', 'uses http to the remote host'],
  ['names a script', { [OAUTH]: jsonAnswer(200, { ...METADATA, authorization_endpoint: 'javascript:alert(1)' }) }, 'server_not_described', 'is not a valid http(s) address'],
  ['is not there', {}, 'server_not_described', `${OAUTH} (HTTP 404) or at ${OPENID} (HTTP 404)`],
  ['is a redirect, and silence', { [OAUTH]: { status: 302, headers: {}, data: '' }, [OPENID]: silent() }, 'server_not_described', `${OAUTH} (HTTP 302) or at ${OPENID} (It did not answer: network (ECONNREFUSED))`],
])('a description that %s is refused', async (_, answers, code, message) => {
  const { outcome } = await find(answers);
  if (!(outcome instanceof CliError)) throw outcome;
  expect([outcome.code, outcome.exitCode]).toEqual([code, 2]);
  expect(outcome.message).toContain(message);
});

test('whatever a server answers, no address that is not https comes of it', async () => {
  const value = fc.oneof(fc.anything(), fc.webUrl(), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.record({ authorization_endpoint: value, device_authorization_endpoint: value, scopes_supported: value }), async (members) => {
      const { outcome } = await find({ [OAUTH]: { status: 200, headers: {}, data: { ...members, issuer: ISSUER } } });
      if (outcome instanceof CliError) return;
      const { authorizationUrl, deviceAuthorizationUrl } = outcome as Awaited<ReturnType<typeof discover>>;
      for (const url of [authorizationUrl, deviceAuthorizationUrl]) if (url !== undefined) expect(url).toMatch(/^https:\/\//i);
    }),
  );
});

describe('the command goes by it', () => {
  let world: AuthorizeWorld;
  afterEach(() => world.remove());

  function described(metadata: object): void {
    world = new AuthorizeWorld({ authorizationUrl: undefined, deviceAuthorizationUrl: undefined, issuer: ISSUER });
    world.answers[OPENID] = jsonAnswer(200, { ...METADATA, ...metadata });
  }

  test('and asks for offline access where the server knows it, with the prompt that OpenID Connect wants', async () => {
    described({ scopes_supported: ['openid', 'offline_access'] });
    expect(await world.run()).toBe(0);
    expect(Object.fromEntries(new URL(world.opened[0] ?? '').searchParams)).toMatchObject({ scope: 'read offline_access', prompt: 'consent' });
  });

  test.each([
    ['names itself, as it says', true, { iss: ISSUER }, 0],
    ['names itself without saying so', false, { iss: ISSUER }, 0],
    ['does not name itself, as it says', false, {}, 0],
    ['does not name itself, though it says so', true, {}, 1],
    ['names another one', true, { iss: 'https://evil.example.com' }, 1],
    ['names another one without saying so', false, { iss: 'https://evil.example.com' }, 1],
    ['names another one, with an error', true, { iss: 'https://evil.example.com', error: 'access_denied' }, 1],
  ])('a server that %s: RFC 9207', async (_, says, parameters, code) => {
    described({ authorization_response_iss_parameter_supported: says });
    world.user = (address) => world.redirect(address, { code: CANARIES.code, ...parameters });
    expect(await world.run()).toBe(code);
    if (code === 1) expect(world.err).toMatch(/The redirect (?:names no|comes from another) authorization server/);
  });
});
