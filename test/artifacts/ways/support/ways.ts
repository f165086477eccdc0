import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { JsonObject } from '../../../../tools/sandbox/json';
import { certified, EC, pemOf, RSA } from '../../../oauth/assertion/keys';
import type { ReadRequest } from './read-request';
import type { Answer } from './ways-world';

export const TOKEN_URL = 'https://login.example.com/oauth2/token';
const LOGIN_URL = 'https://api.crm.example/login';
export const LIFETIME_SECONDS = 3600;

/** One way to get a token, as it is entered, and as a server sees it. */
export interface Way {
  /** What the node names, with its connection. */
  config: JsonObject;
  /** The same, with a credential that the server refuses. */
  wrong: JsonObject;
  /** The first requests for a token. */
  first: ReadRequest[];
  /** Those for the next ones, where they are others. */
  later?: ReadRequest[];
  /** Those with the wrong credential. */
  refused: ReadRequest[];
  /** What the server answers where a request is not as it should be. */
  refusal: Answer;
  /** Besides `access_token` in an answer. */
  answer?: JsonObject;
  /** Seconds; of the answer by default. */
  lifetime?: number;
  /** What the result says. */
  grant: string;
  error: { code: string; remedy: string };
  /** What must be shown nowhere, whole or in part. */
  secrets: string[];
  /** What verifies its assertions. */
  keys?: KeyObject[];
  /** The Function's file and the token in its configuration, where a Function can do it. */
  inFunction?: { file: string; token: JsonObject };
}

const CLIENT_ID = 'bot&co+1';
const SECRET = 'canary+client secret/5e%0b';
const WRONG = 'canary-wrong-credential-5e0b';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const INVALID_CLIENT: Answer = { status: 401, body: { error: 'invalid_client' } };
const INVALID_GRANT: Answer = { status: 400, body: { error: 'invalid_grant' } };

const connection = (members: JsonObject) => ({ connection: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, ...members } });
const signed = (members: JsonObject) => ({ authentication: 'signedJwt', signedJwtConnection: members });
const custom = (members: JsonObject) => ({ authentication: 'customRequest', customRequestConnection: members });

/** RFC 6749 §2.3.1: what Basic says is form-encoded. */
const basicOf = (secret: string) => `bot%26co%2B1:${new URLSearchParams({ '': secret }).toString().slice(1)}`;
const post = (body: Record<string, unknown>): ReadRequest => ({ method: 'POST', url: TOKEN_URL, body });
const withBasic = (secret: string, body: Record<string, unknown> = { grant_type: 'client_credentials' }): ReadRequest => ({ ...post(body), basic: basicOf(secret) });
const withPost = (client_secret: string): ReadRequest => post({ grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret });
const withRefreshToken = (refresh_token: string): ReadRequest => withBasic(SECRET, { grant_type: 'refresh_token', refresh_token });
const withPublicClient = (refresh_token: string): ReadRequest => post({ grant_type: 'refresh_token', refresh_token, client_id: CLIENT_ID });
const withPassword = (password: string): ReadRequest => withBasic(SECRET, { grant_type: 'password', username: 'jörg', password });

function clientSecret(clientAuthentication: string | undefined, requestOf: (secret: string) => ReadRequest): Way {
  const open = clientAuthentication === undefined;
  const settings = open ? {} : { clientAuthentication };
  const requests = (secret: string) => (open ? [withBasic(secret), withPost(secret)] : [requestOf(secret)]);
  return {
    config: connection({ clientSecret: SECRET, ...settings }),
    wrong: connection({ clientSecret: WRONG, ...settings }),
    first: requests(SECRET),
    later: [requestOf(SECRET)],
    refused: requests(WRONG),
    refusal: INVALID_CLIENT,
    grant: 'client_credentials',
    error: { code: 'invalid_client', remedy: open ? 'refused in the header and in the body' : 'set its client authentication to' },
    secrets: [SECRET, WRONG],
    inFunction: { file: 'function.ts', token: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret: SECRET, ...settings } },
  };
}

const PASSWORD = 'canary pässword "5e0b" & %';
const REFRESH_TOKEN = 'canary-refresh-token-5e0b';

const SERVICE_ACCOUNT = 'bot@project.iam.example.com';
const GOOGLE_URL = 'https://oauth2.example.com/token';
const jsonKey = (key: KeyObject) =>
  JSON.stringify({ type: 'service_account', private_key_id: 'key-1', private_key: pemOf(key), client_email: SERVICE_ACCOUNT, client_id: '1234', token_uri: GOOGLE_URL });
const SCOPE = 'https://scopes.example.com/read';
const TIMES = { iat: -10, exp: 120 };
const OTHER_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

const google = (assertion: unknown): ReadRequest => ({ method: 'POST', url: GOOGLE_URL, body: { grant_type: JWT_BEARER, assertion, scope: SCOPE } });
const salesforce = (assertion: unknown): ReadRequest => post({ grant_type: JWT_BEARER, assertion });
const byAssertion = (client_assertion: unknown): ReadRequest =>
  post({ grant_type: 'client_credentials', client_id: CLIENT_ID, client_assertion_type: CLIENT_ASSERTION_TYPE, client_assertion, scope: 'read' });
const OF_KEY = 'that the authorization server knows the key';
const UNKNOWN = 'not by a known key';

const login = (members: Record<string, string>): ReadRequest => ({ method: 'POST', url: LOGIN_URL, headers: { 'content-type': 'application/json', 'x-app': 'bot' }, body: members });
const LOGIN = { url: LOGIN_URL, headers: 'X-App: bot', body: '{"user":"{username}","password":"{secret}"}', username: 'bot "one"', tokenPath: 'data.accessToken' };

/** By name. */
export async function allWays(): Promise<Record<string, Way>> {
  const { key: certifiedKey, certificate } = await certified('ec');
  const { fingerprint, fingerprint256 } = new X509Certificate(certificate);
  const thumbprint = (hex: string) => Buffer.from(hex.replace(/:/g, ''), 'hex').toString('base64url');
  return {
    'client secret in the header': clientSecret('client_secret_basic', withBasic),
    'client secret in the body': clientSecret('client_secret_post', withPost),
    'client secret, found out to go in the body': clientSecret(undefined, withPost),
    'refresh token': {
      config: connection({ clientSecret: SECRET, refreshToken: REFRESH_TOKEN, clientAuthentication: 'client_secret_basic' }),
      wrong: connection({ clientSecret: SECRET, refreshToken: WRONG, clientAuthentication: 'client_secret_basic' }),
      first: [withRefreshToken(REFRESH_TOKEN)],
      refused: [withRefreshToken(WRONG)],
      refusal: INVALID_GRANT,
      grant: 'refresh_token',
      error: { code: 'invalid_grant', remedy: 'Enter a new refresh token' },
      secrets: [SECRET, REFRESH_TOKEN, WRONG],
      inFunction: { file: 'function.ts', token: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret: SECRET, clientAuthentication: 'client_secret_basic', refreshToken: REFRESH_TOKEN } },
    },
    'refresh token that rotates': {
      config: connection({ clientSecret: SECRET, refreshToken: `${REFRESH_TOKEN}-0`, clientAuthentication: 'client_secret_basic' }),
      wrong: connection({ clientSecret: SECRET, refreshToken: WRONG, clientAuthentication: 'client_secret_basic' }),
      first: [withRefreshToken(`${REFRESH_TOKEN}-0`)],
      later: [withRefreshToken(`${REFRESH_TOKEN}-1`)],
      answer: { refresh_token: `${REFRESH_TOKEN}-1` },
      refused: [withRefreshToken(WRONG)],
      refusal: INVALID_GRANT,
      grant: 'refresh_token',
      error: { code: 'invalid_grant', remedy: 'Enter a new refresh token' },
      secrets: [SECRET, REFRESH_TOKEN, WRONG],
      inFunction: { file: 'function.ts', token: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret: SECRET, clientAuthentication: 'client_secret_basic', refreshToken: `${REFRESH_TOKEN}-0` } },
    },
    'client without a secret': {
      config: connection({ refreshToken: REFRESH_TOKEN }),
      wrong: connection({ refreshToken: WRONG }),
      first: [withPublicClient(REFRESH_TOKEN)],
      refused: [withPublicClient(WRONG)],
      refusal: INVALID_GRANT,
      grant: 'refresh_token',
      error: { code: 'invalid_grant', remedy: 'Enter a new refresh token' },
      secrets: [REFRESH_TOKEN, WRONG],
      inFunction: { file: 'function.ts', token: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, refreshToken: REFRESH_TOKEN } },
    },
    password: {
      config: connection({ clientSecret: SECRET, username: 'jörg', password: PASSWORD }),
      wrong: connection({ clientSecret: SECRET, username: 'jörg', password: WRONG }),
      first: [withPassword(PASSWORD)],
      refused: [withPassword(WRONG)],
      refusal: INVALID_GRANT,
      grant: 'password',
      error: { code: 'invalid_grant', remedy: 'Check user name and password' },
      secrets: [SECRET, PASSWORD, WRONG],
      inFunction: { file: 'function.ts', token: { tokenUrl: TOKEN_URL, clientId: CLIENT_ID, clientSecret: SECRET, username: 'jörg', password: PASSWORD } },
    },
    'JSON key of a service account': {
      config: signed({ key: jsonKey(RSA), scope: SCOPE }),
      wrong: signed({ key: jsonKey(OTHER_KEY), scope: SCOPE }),
      first: [google({ header: { alg: 'RS256', typ: 'JWT', kid: 'key-1' }, claims: { iss: SERVICE_ACCOUNT, aud: GOOGLE_URL, scope: SCOPE, ...TIMES } })],
      refused: [google(UNKNOWN)],
      refusal: { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' } },
      grant: JWT_BEARER,
      error: { code: 'invalid_grant', remedy: OF_KEY },
      secrets: [pemOf(RSA), pemOf(OTHER_KEY)],
      keys: [RSA],
    },
    'signed JWT for a user, an answer without a lifetime': {
      config: signed({ key: pemOf(EC), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, subject: 'user@example.com', audience: 'https://login.example.com' }),
      wrong: signed({ key: pemOf(OTHER_KEY), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, subject: 'user@example.com', audience: 'https://login.example.com' }),
      first: [salesforce({ header: { alg: 'ES256', typ: 'JWT' }, claims: { iss: CLIENT_ID, sub: 'user@example.com', aud: 'https://login.example.com', ...TIMES } })],
      refused: [salesforce(UNKNOWN)],
      refusal: INVALID_GRANT,
      answer: { expires_in: undefined, instance_url: 'https://example.my.salesforce.com' },
      lifetime: 900,
      grant: JWT_BEARER,
      error: { code: 'invalid_grant', remedy: OF_KEY },
      secrets: [pemOf(EC), pemOf(OTHER_KEY)],
      keys: [EC],
    },
    'private_key_jwt with a key ID': {
      config: signed({ key: pemOf(RSA), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, scope: 'read', keyId: 'key-1', algorithm: 'PS256', use: 'client' }),
      wrong: signed({ key: pemOf(OTHER_KEY), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, scope: 'read', keyId: 'key-1', use: 'client' }),
      first: [byAssertion({ header: { alg: 'PS256', typ: 'JWT', kid: 'key-1' }, claims: { iss: CLIENT_ID, sub: CLIENT_ID, aud: TOKEN_URL, scope: 'read', ...TIMES } })],
      refused: [byAssertion(UNKNOWN)],
      refusal: INVALID_CLIENT,
      grant: 'client_credentials',
      error: { code: 'invalid_client', remedy: OF_KEY },
      secrets: [pemOf(RSA), pemOf(OTHER_KEY)],
      keys: [RSA],
    },
    'private_key_jwt with a certificate': {
      config: signed({ key: pemOf(certifiedKey), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, scope: 'read', keyId: certificate, use: 'client' }),
      wrong: signed({ key: pemOf(OTHER_KEY), tokenUrl: TOKEN_URL, clientId: CLIENT_ID, scope: 'read', use: 'client' }),
      first: [
        byAssertion({
          header: { alg: 'ES256', typ: 'JWT', x5t: thumbprint(fingerprint), 'x5t#S256': thumbprint(fingerprint256) },
          claims: { iss: CLIENT_ID, sub: CLIENT_ID, aud: TOKEN_URL, scope: 'read', ...TIMES },
        }),
      ],
      refused: [byAssertion(UNKNOWN)],
      refusal: INVALID_CLIENT,
      grant: 'client_credentials',
      error: { code: 'invalid_client', remedy: OF_KEY },
      secrets: [pemOf(certifiedKey), pemOf(OTHER_KEY)],
      keys: [certifiedKey],
    },
    'login of its own': {
      config: custom({ ...LOGIN, secret: SECRET }),
      wrong: custom({ ...LOGIN, secret: WRONG }),
      first: [login({ user: 'bot "one"', password: SECRET })],
      refused: [login({ user: 'bot "one"', password: WRONG })],
      refusal: { status: 401, body: { message: 'Unknown user or wrong password' } },
      answer: { data: {} },
      grant: 'custom_request',
      error: { code: 'invalid_client', remedy: 'Check user name, secret, headers and body' },
      secrets: [SECRET, WRONG],
      inFunction: { file: 'function-custom-request.ts', token: { customRequest: { ...LOGIN, secret: SECRET } } },
    },
  };
}
