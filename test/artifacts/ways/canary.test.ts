import type { HttpRequest } from '../../../src/http';
import type { JsonObject } from '../../../tools/sandbox/json';
import { EC, jwkOf, pemOf } from '../../oauth/assertion/keys';
import { TOKEN_URL } from './support/ways';
import { API_KEY, ENDPOINT_SECRET, WaysWorld } from './support/ways-world';
import type { Answer, StoreKind } from './support/ways-world';

/** With characters that change in each encoding, and some that are more than one byte long. */
const PASSWORD = 'cänary "pass" & wörd <5e0b> 100% 😀 /+= 5e0b';
/** As PASSWORD, as far as a header takes it. */
const SECRET = "canary 'secret' & word <5e0b> 100% \\ /+= 5e0b";

/** How servers write what they got into their own texts. */
const ENCODINGS: Record<string, (text: string) => string> = {
  'as it is': String,
  'percent-encoded': encodeURIComponent,
  'percent-encoded, in lower case': (text) => encodeURIComponent(text).replace(/%../g, (digits) => digits.toLowerCase()),
  'form-encoded': (text) => new URLSearchParams({ '': text }).toString().slice(1),
  'escaped for JSON': (text) => JSON.stringify(text).slice(1, -1),
  'escaped for JSON, all but ASCII letters': (text) => text.replace(/[^ \w]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'base64': (text) => Buffer.from(text).toString('base64'),
  'base64url': (text) => Buffer.from(text).toString('base64url'),
  'base64, percent-encoded': (text) => encodeURIComponent(Buffer.from(text).toString('base64')),
  'with HTML entities': (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/'/g, '&#39;'),
  'with numeric HTML entities': (text) => text.replace(/[^ \w]/gu, (character) => `&#x${character.codePointAt(0)?.toString(16) ?? ''};`),
};

interface Canary {
  config: JsonObject;
  /** What the server got. */
  secretIn: (request: HttpRequest) => string;
  inFunction?: { file: string; token: JsonObject };
}

const formOf = ({ body }: HttpRequest) => new URLSearchParams(body as string);
const basicIn = ({ headers }: HttpRequest) => (headers['authorization'] ?? '').replace('Basic ', '');
const client = { tokenUrl: TOKEN_URL, clientId: 'bot' };
const custom = (customRequest: JsonObject): Pick<Canary, 'config' | 'inFunction'> => ({
  config: { authentication: 'customRequest', customRequestConnection: { url: 'https://api.crm.example/login', ...customRequest } },
  inFunction: { file: 'function-custom-request.ts', token: { customRequest: { url: 'https://api.crm.example/login', ...customRequest } } },
});
const ofClient = (settings: JsonObject) => ({ config: { connection: { ...client, ...settings } }, inFunction: { file: 'function.ts', token: { ...client, ...settings } } });
const ofKey = (members: JsonObject) => ({ config: { authentication: 'signedJwt', signedJwtConnection: { key: pemOf(EC), ...client, ...members } } });

const CANARIES: Record<string, Canary> = {
  'a client secret in the body': { ...ofClient({ clientSecret: SECRET, clientAuthentication: 'client_secret_post' }), secretIn: () => SECRET },
  'a client secret in the header': { ...ofClient({ clientSecret: SECRET, clientAuthentication: 'client_secret_basic' }), secretIn: () => SECRET },
  'Basic credentials': { ...ofClient({ clientSecret: SECRET, clientAuthentication: 'client_secret_basic' }), secretIn: basicIn },
  'a password': { ...ofClient({ clientSecret: SECRET, username: 'jörg', password: PASSWORD }), secretIn: () => PASSWORD },
  'a refresh token': { ...ofClient({ refreshToken: SECRET }), secretIn: () => SECRET },
  'an assertion that is the grant': { ...ofKey({}), secretIn: (request) => formOf(request).get('assertion') ?? '' },
  'an assertion of the client': { ...ofKey({ use: 'client' }), secretIn: (request) => formOf(request).get('client_assertion') ?? '' },
  'the secret of a login': { ...custom({ body: '{"user":"{username}","password":"{secret}"}', username: 'bot', secret: SECRET }), secretIn: () => SECRET },
  'Basic credentials of a login': {
    ...custom({ headers: 'Authorization: Basic {basic}', username: 'bot', secret: SECRET }),
    secretIn: basicIn,
  },
  'a key in a header of a login': {
    ...custom({ headers: 'x-api-key: canary-k9/+=5e0b', method: 'GET' }),
    secretIn: ({ headers }) => headers['x-api-key'] ?? '',
  },
  'a key in the body of a login': {
    ...custom({ body: '{"user":"bot","password":"canary-k9/+=5e0b"}' }),
    secretIn: () => 'canary-k9/+=5e0b',
  },
};

const CELLS = Object.keys(CANARIES).flatMap((name) => Object.keys(ENCODINGS).map((encoding) => [name, encoding] as const));
/** So many characters in a row are a part of it. */
const PART = 8;

function partsOf(text: string): string[] {
  return Array.from({ length: text.length - PART + 1 }, (_, start) => text.slice(start, start + PART));
}

const world = new WaysWorld();
let names = 0;

/** All that somebody other than the server could read, and what the server has said. */
async function shown(canary: Canary, encoding: string, store: StoreKind): Promise<{ texts: string; secrets: string[] }> {
  const secrets: string[] = [];
  const encode = ENCODINGS[encoding] ?? String;
  const { secretIn, config, inFunction } = canary;
  const echo = (request: HttpRequest): Answer => {
    secrets.push(secretIn(request));
    return { status: 400, body: { error: 'invalid_request', error_description: `Refused: ${encode(secretIn(request))} was sent` } };
  };
  world.play(echo);
  const before = world.logs.text().length;
  const tokenName = `canary ${(names += 1)}`;
  const { result, execution } = await world.run('getAccessToken', { ...config, ...world.storeConfig(store), tokenName });
  let texts = JSON.stringify([result, execution]);
  if (inFunction !== undefined && store === 'endpoint') {
    texts += JSON.stringify(await world.runFunction(inFunction.file, { tokenName: `${tokenName} in the Function`, ...inFunction.token }, 1));
  }
  texts += world.logs.text().slice(before);
  expect(result.error).toMatchObject({ code: 'invalid_request', message: expect.stringContaining('[secret] was sent') as string });
  // As it is seen, and not as JSON has it.
  return { texts: `${texts}\n${texts.replace(/\\(["\\])/g, '$1')}`, secrets };
}

test.each(CELLS)('%s that the server repeats %s is shown nowhere', async (name, encoding) => {
  const canary = CANARIES[name];
  if (canary === undefined) throw new Error('There is no such canary.');
  const { texts, secrets } = await shown(canary, encoding, 'conversation');
  const encode = ENCODINGS[encoding] ?? String;
  expect(secrets.length).toBeGreaterThan(0);
  const parts = secrets.flatMap((secret) => partsOf(encode(secret)));
  expect(parts.filter((part) => texts.includes(part))).toEqual([]);
});

test.each(Object.entries(CANARIES).filter(([, { inFunction }]) => inFunction !== undefined))('%s is not in the log of the Function', async (_, canary) => {
  const { texts, secrets } = await shown(canary, 'percent-encoded', 'endpoint');
  expect(texts).toContain('error invalid_request token=');
  const parts = secrets.flatMap((secret) => partsOf(encodeURIComponent(secret)));
  expect([...parts, ENDPOINT_SECRET, API_KEY].filter((part) => texts.includes(part))).toEqual([]);
});

test.each([
  ['PEM', pemOf(EC)],
  ['a JWK', jwkOf(EC)],
  ['a part of it', pemOf(EC).slice(0, 150)],
  ['a damaged one', pemOf(EC).replace(/[A-Z]/g, 'A')],
])('of a private key nothing is shown: %s', async (_, key) => {
  world.play(() => ({ status: 401, body: { error: 'invalid_client' } }));
  const { result, execution } = await world.run('getAccessToken', { authentication: 'signedJwt', signedJwtConnection: { key, ...client } });
  expect(result.error).toBeDefined();
  const lines = key.split(/-----[A-Z ]+-----|[\s"]+/).filter((line) => line.length >= PART).flatMap(partsOf);
  const texts = JSON.stringify(execution) + world.logs.text();
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.filter((line) => texts.includes(line))).toEqual([]);
});
