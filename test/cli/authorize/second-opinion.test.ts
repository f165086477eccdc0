/** The same requests, and the same reading of redirects, as `oauth4webapi`, an implementation by other people. */
import fc from 'fast-check';
import * as oauth from 'oauth4webapi';

import { authorizationCode, exchange } from '../../../tools/cli/authorize/exchange';
import { deviceCodeGrant } from '../../../tools/cli/authorize/device-flow';
import { requestDeviceCode } from '../../../tools/cli/authorize/device-request';
import { challengeOf } from '../../../tools/cli/authorize/proof';
import { codeOf } from '../../../tools/cli/authorize/redirect';
import type { HttpRequest } from '../../../src/http';
import type { Grant } from '../../../src/oauth';
import { jsonAnswer } from '../../support/recording-transport';
import { configOf } from '../../support/token-endpoint';

const ISSUER = 'https://login.example.com';
const SERVER: oauth.AuthorizationServer = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth2/token`,
  device_authorization_endpoint: `${ISSUER}/device`,
  authorization_response_iss_parameter_supported: true,
};
const CLIENT: oauth.Client = { client_id: 'a:client id' };
const SECRET = "s3cret: % + & = / ~!*'()";
const REDIRECT = 'http://127.0.0.1:51004/';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const METHODS = ['client_secret_basic', 'client_secret_post'] as const;

interface Sent {
  url: string;
  /** The decoded user name and password of HTTP Basic: what must be encoded in them is not the same for all. */
  credentials: string[];
  /** Decoded pairs, sorted. */
  form: string[];
}

const sentAs = (url: string, headers: Record<string, string>, body: string): Sent => ({
  url,
  credentials: Buffer.from((headers['authorization'] ?? '').replace('Basic ', ''), 'base64')
    .toString()
    .split(':')
    .map((part) => new URLSearchParams(`part=${part}`).get('part') ?? ''),
  form: [...new URLSearchParams(body)].map((pair) => pair.join('=')).sort(),
});

/** What they send. */
async function theirs(send: (options: object, authentication: oauth.ClientAuth) => Promise<unknown>, method: string): Promise<Sent | undefined> {
  let sent: Sent | undefined;
  const customFetch = async (url: string, { headers, body }: oauth.CustomFetchOptions<string, URLSearchParams>) => {
    sent = sentAs(url, headers, body.toString());
    return new Response('{}');
  };
  await send({ [oauth.customFetch]: customFetch }, method === 'client_secret_post' ? oauth.ClientSecretPost(SECRET) : oauth.ClientSecretBasic(SECRET));
  return sent;
}

/** What we send. */
async function ours(send: (transport: (request: HttpRequest) => Promise<ReturnType<typeof jsonAnswer>>) => Promise<unknown>): Promise<Sent | undefined> {
  let sent: Sent | undefined;
  await send(async ({ url, headers, body }) => {
    sent = sentAs(url, headers, body as string);
    return jsonAnswer(200, { access_token: 'a', expires_in: 60, device_code: 'd', user_code: 'u', verification_uri: ISSUER });
  });
  return sent;
}

describe.each(METHODS)('with %s', (clientAuthentication) => {
  const config = configOf({ clientId: CLIENT.client_id, clientSecret: SECRET, scope: 'read', audience: '', clientAuthentication });
  const exchanging = (grant: Grant) => ours((transport) => exchange(config, grant, { transport, now: () => 0, sleep: async () => undefined }));

  test('a code is exchanged with the same request', async () => {
    const parameters = oauth.validateAuthResponse(SERVER, CLIENT, new URLSearchParams({ code: 'a+code/1==', state: 's', iss: ISSUER }), 's');
    const sent = await theirs((options, authentication) => oauth.authorizationCodeGrantRequest(SERVER, CLIENT, authentication, parameters, REDIRECT, VERIFIER, options), clientAuthentication);
    expect(await exchanging(authorizationCode('a+code/1==', VERIFIER, REDIRECT))).toEqual(sent);
  });

  test('a device code is asked for, and exchanged, with the same requests', async () => {
    const asked = await theirs((options, authentication) => oauth.deviceAuthorizationRequest(SERVER, CLIENT, authentication, { scope: 'read' }, options), clientAuthentication);
    const request = { clientId: CLIENT.client_id, scope: 'read', audience: undefined, parameters: {} };
    expect(await ours((transport) => requestDeviceCode(`${ISSUER}/device`, config, request, { transport, allowInsecure: false }))).toEqual(asked);
    const sent = await theirs((options, authentication) => oauth.deviceCodeGrantRequest(SERVER, CLIENT, authentication, 'd+1', options), clientAuthentication);
    expect(await exchanging(deviceCodeGrant({ deviceCode: 'd+1' }))).toEqual(sent);
  });
});

test('the challenge of a verifier is the same, and the one in RFC 7636 appendix B', async () => {
  expect(challengeOf({ verifier: VERIFIER })).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[\w.~-]{43,128}$/), async (verifier) => {
      expect(challengeOf({ verifier })).toBe(await oauth.calculatePKCECodeChallenge(verifier));
    }),
  );
});

test('a redirect is taken by both or by neither', () => {
  const one = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const redirects = fc.record({ state: one('s', 't', ''), iss: one(ISSUER, `${ISSUER}/`, 'https://evil.example.com'), code: one('c'), error: one('access_denied', 'server_error') });
  // A code that comes twice they take; RFC 6749 §3.1 forbids it.
  const twice = fc.constantFrom(undefined, 'state', 'iss', 'error');
  fc.assert(
    fc.property(redirects, twice, (given, repeated) => {
      const parameters = new URLSearchParams(Object.entries(given).filter((pair): pair is [string, string] => pair[1] !== undefined));
      const again = repeated === undefined ? null : parameters.get(repeated);
      if (repeated !== undefined && again !== null) parameters.append(repeated, again);
      const code = (read: () => string | null): string | null => {
        try {
          return read();
        } catch {
          // Whatever the reason is: it is not taken.
          return null;
        }
      };
      const mine = code(() => codeOf(parameters, { state: 's', issuer: ISSUER, namesItself: true }));
      expect(mine).toBe(code(() => oauth.validateAuthResponse(SERVER, CLIENT, parameters, 's').get('code')));
    }),
    { numRuns: 1000 },
  );
});
