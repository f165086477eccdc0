import { createPublicKey, generateKeyPairSync } from 'node:crypto';

import { importSPKI, jwtVerify } from 'jose';

import type { JsonObject } from '../../../tools/sandbox/json';
import { EC, pemOf, RSA } from '../../oauth/assertion/keys';
import { readRequest } from './support/read-request';
import { TOKEN_URL } from './support/ways';
import { WaysWorld } from './support/ways-world';
import type { Answer, Outcome } from './support/ways-world';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT = { tokenUrl: TOKEN_URL, clientId: 'bot' };
const USES = ['grant', 'client'] as const;

const world = new WaysWorld();

function run(members: JsonObject): Promise<Outcome> {
  return world.run('getAccessToken', { authentication: 'signedJwt', signedJwtConnection: { key: pemOf(EC), ...CLIENT, ...members } });
}

describe.each(USES)('as %s', (use) => {
  test.each<[string, Answer]>([
    ['503', { status: 503, body: '' }],
    ['429 with a pause', { status: 429, headers: { 'retry-after': '2' }, body: '' }],
    ['500 with an error of OAuth', { status: 500, body: { error: 'server_error' } }],
  ])('each attempt has an assertion of its own: %s', async (_, failure) => {
    const ids: string[] = [];
    const times: number[] = [];
    world.play(async (request, now) => {
      times.push(now);
      const { body = {} } = await readRequest(request, now, [EC], ids);
      expect(body[use === 'grant' ? 'assertion' : 'client_assertion']).toMatchObject({ claims: { iat: -10, exp: 120 } });
      return ids.length < 3 ? failure : { body: { access_token: 'access', expires_in: 3600 } };
    });
    expect(await run({ use })).toMatchObject({ branch: 'OnSuccess', result: { access_token: 'access' } });
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
    // RFC 7519 §4.1.7: the same value must be negligibly probable.
    for (const id of ids) expect(id).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  test.each([
    ['Google', { error: 'invalid_grant', error_description: 'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.' }],
    ['Entra', { error: 'invalid_client', error_description: 'AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-11-27T01:00:00Z' }],
    ['Okta', { error: 'invalid_client', error_description: 'The client_assertion token was issued in the future.' }],
    ['Keycloak', { error: 'invalid_client', error_description: 'Token is not active' }],
    ['Auth0', { error: 'invalid_client', error_description: 'Invalid exp claim in client_assertion' }],
    ['Salesforce', { error: 'invalid_grant', error_description: 'expired authorization code' }],
  ])('a clock that is off is what the remedy is about: %s', async (_, body) => {
    world.play(() => ({ status: body.error === 'invalid_client' ? 401 : 400, body }));
    const { branch, result } = await run({ use });
    expect(branch).toBe('OnError');
    expect(result.error).toMatchObject({ code: body.error, remedy: expect.stringMatching(/clocks of the Cognigy installation and of the authorization server/) as string });
    expect(world.requests).toHaveLength(1);
  });

  test.each([
    ['behind', -300, { maxTokenAge: 600 }],
    ['ahead', 300, {}],
  ])("a server whose clock is 5 minutes %s refuses, in jose's words", async (_, ahead, options) => {
    const key = await importSPKI(createPublicKey(EC).export({ type: 'spki', format: 'pem' }).toString(), 'ES256');
    world.play(async ({ body }, now) => {
      const form = new URLSearchParams(body as string);
      const jwt = form.get('assertion') ?? form.get('client_assertion') ?? '';
      const refusal = await jwtVerify(jwt, key, { currentDate: new Date((now + ahead) * 1000), ...options }).then(
        () => 'none',
        (thrown: unknown) => (thrown as Error).message,
      );
      return { status: 400, body: { error: form.get('grant_type') === JWT_BEARER ? 'invalid_grant' : 'invalid_client', error_description: refusal } };
    });
    const { result } = await run({ use });
    expect(result.error).toMatchObject({ message: expect.stringMatching(/claim timestamp check failed/) as string, remedy: expect.stringContaining('the clocks of') as string });
  });
});

const ENCRYPTED = EC.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'canary-passphrase' }).toString();
const PUBLIC = createPublicKey(RSA).export({ type: 'spki', format: 'pem' }).toString();
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey;

/** What the form calls the field, and what is wrong with it. */
test.each<[string, JsonObject, string, RegExp, RegExp]>([
  ['encrypted', { key: ENCRYPTED }, 'private_key_invalid', /private key is encrypted/, /openssl pkey/],
  ['encrypted, pasted on one line', { key: ENCRYPTED.replace(/\n/g, ' ') }, 'private_key_invalid', /private key is encrypted/, /openssl pkey/],
  ['public', { key: PUBLIC }, 'private_key_invalid', /private key is a public key/, /Paste the private key/],
  ['not there', { key: '' }, 'private_key_invalid', /private key/i, /Paste the whole private key/],
  ['something else', { key: 'canary-no-key' }, 'private_key_invalid', /private key cannot be read/, /PEM/],
  ['on another curve', { key: pemOf(P384) }, 'private_key_invalid', /private key is on the curve/, /P-256/],
  ['RSA, with the algorithm of EC', { key: pemOf(RSA), algorithm: 'ES256' }, 'algorithm_invalid', /algorithm ES256 does not fit the private key, which is RSA/, /RS256 or PS256/],
  ['EC, with the algorithm of RSA', { algorithm: 'RS256' }, 'algorithm_invalid', /algorithm RS256 does not fit the private key, which is EC/, /ES256/],
  ['right, with an algorithm that nobody has', { algorithm: 'none' }, 'algorithm_invalid', /algorithm is not supported/, /ES256/],
  ['right, with a key in place of its ID', { keyId: pemOf(EC) }, 'certificate_invalid', /key ID is neither an ID nor a certificate/, /certificate/],
  ['right, used for nothing known', { use: 'both' }, 'configuration_invalid', /"Use" is neither/, /./],
  ['right, without a client ID', { clientId: '' }, 'client_id_missing', /client ID/i, /client ID/],
  ['right, without a token URL', { tokenUrl: '' }, 'url_missing', /"Token URL" is missing/, /URL/],
])('a key that is %s is told before anything is sent', async (_, members, code, message, remedy) => {
  world.play(() => ({ body: { access_token: 'access' } }));
  const { branch, result, execution } = await run(members);
  expect(branch).toBe('OnError');
  expect(result.error).toEqual({ code, message: expect.stringMatching(message) as string, remedy: expect.stringMatching(remedy) as string });
  expect(world.requests).toEqual([]);
  expect(JSON.stringify(execution)).not.toMatch(/canary|-----BEGIN|MII/);
});
