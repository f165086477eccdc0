import type { HttpRequest, Transport } from '../../src/http';
import { keepToken } from '../../src/nodes/keep-token';
import type { StoredTokenEnvironment } from '../../src/nodes/keep-stored-token';
import type { NodeConfig } from '../../src/nodes/node-config';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { MemorySessions } from '../support/memory-sessions';
import { jsonAnswer } from '../support/recording-transport';
import { ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { START } from '../support/token-records';
import * as support from './support';

const { CONNECTION, COPIES, copyOf, run, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

const DAY_MS = 86_400_000;
const PASSPHRASE = 'canary-passphrase-51';

let certificate: Certificate;
let encrypted: Certificate;
let expired: Certificate;

beforeAll(async () => {
  const valid = { notBefore: new Date(START - DAY_MS), notAfter: new Date(START + DAY_MS) };
  [certificate, encrypted, expired] = await Promise.all([
    createCertificate(valid),
    createCertificate({ ...valid, passphrase: PASSPHRASE }),
    createCertificate({ notAfter: new Date(START - DAY_MS) }),
  ]);
});

afterAll(() => [certificate, encrypted, expired].forEach(({ remove }) => remove()));

const withKey = ({ cert, key }: Certificate) => ({ clientCertificate: cert, clientKey: key });

test('token endpoint, store and Cognigy API are met with the certificates; without a choice, none is', async () => {
  const requests: HttpRequest[] = [];
  const copies = { get: () => null, put: () => undefined } as unknown as StoredTokenEnvironment['copies'];
  const cognigyApiConnection = { apiUrl: 'https://api.example.com', apiKey: 'k', functionId: 'f' };
  /** What the servers are met with, for a first token. */
  const metWith = async (changes: NodeConfig) => {
    const endpoint = new StoreEndpoint(new MemorySessions().get);
    const transport: Transport = async (request, timeoutMs) => {
      requests.push(request);
      if (request.url === ENDPOINT_URL) return endpoint.transport(request, timeoutMs);
      const isTrigger = request.url.endsWith('/trigger');
      return isTrigger ? jsonAnswer(201, { functionInstanceId: 'new' }) : jsonAnswer(200, { access_token: 'fresh', token_type: 'Bearer', expires_in: 100 });
    };
    const environment = { copies, transport, now: Date.now, sleep: async () => undefined, random: () => 0.5, log: () => undefined };
    await keepToken({ ...SHARED, cognigyApiConnection, ...changes }, environment);
    const sent = requests.splice(0);
    expect(new Set(sent.map(({ url }) => new URL(url).hostname))).toEqual(new Set(['endpoint.example.com', 'api.example.com', 'login.example.com']));
    // The key is in there, and not where a log or an error could show it.
    expect(JSON.stringify(sent)).not.toContain(certificate.key.slice(60, 90));
    return [...new Set(sent.map(({ tls }) => tls))];
  };
  expect(await metWith({ tlsConnection: withKey(certificate) })).toEqual([{ context: expect.any(Object) as unknown }]);
  expect(await metWith({ tlsConnection: null })).toEqual([undefined]);
});

test.each<[string, () => object, string]>([
  ['nothing in it', () => ({}), '"Certificate authority"'],
  ['no key', () => ({ clientCertificate: certificate.cert }), '"Client key" is empty'],
  ['no certificate', () => ({ clientKey: certificate.key }), '"Client certificate" is empty'],
  ['a wrong passphrase', () => ({ ...withKey(encrypted), passphrase: 'canary-wrong' }), '"Passphrase"'],
  ["another certificate's key", () => ({ ...withKey(certificate), clientKey: expired.key }), '"Client key" does not belong'],
])('a connection with %s is refused before anything is sent, and the field is named as in the form', async (_, tlsConnection, words) => {
  const { context, logs, branch } = await run('getAccessToken', { ...SHARED, tlsConnection: tlsConnection() });
  const { error } = context['accessToken'] as { error: { code: string; message: string } };
  expect(error).toMatchObject({ code: 'certificate_invalid', message: expect.stringContaining(words) as string });
  expect(branch).toBe('getAccessTokenOnError');
  expect(support.world.tokenRequests).toHaveLength(0);
  expect(support.world.storeRequests).toBe(0);
  for (const secret of ['canary-', certificate.key.slice(60, 90), expired.key.slice(60, 90)]) expect(JSON.stringify([context, logs])).not.toContain(secret);
});

test('an encrypted key is opened with the passphrase, and a line end that came with it does no harm', async () => {
  const tlsConnection = { ...withKey(encrypted), passphrase: `${PASSPHRASE}\r\n` };
  expect((await run('getAccessToken', { ...SHARED, tlsConnection })).context).toHaveProperty('accessToken.access_token', 'token-1');
});

describe('an expired client certificate', () => {
  const config = () => ({ ...SHARED, tlsConnection: withKey(expired) });
  const TOLD = `The certificate in "Client certificate" expired on ${new Date(START - DAY_MS).toISOString().slice(0, 10)}.`;

  test('does not keep a valid token in the store from its user', async () => {
    await support.seed('stored', 10);
    const { context } = await run('getAccessToken', config());
    expect(context).toHaveProperty('accessToken.access_token', 'stored');
    expect(context).not.toHaveProperty('accessToken.warning');
  });

  test('is named where a refresh fails, with what came of it', async () => {
    support.refuse('invalid_client', 401);
    const { context } = await run('getAccessToken', config());
    const { error } = context['accessToken'] as { error: { message: string } };
    expect(error).toMatchObject({ code: 'certificate_invalid', remedy: expect.stringContaining('Enter a valid certificate') as string });
    expect(error.message.startsWith(`${TOLD} `)).toBe(true);
    expect(error.message).toContain('invalid_client');
  });

  test('is named in the warning of a token that is due', async () => {
    await support.seed('due', 95);
    support.refuse('invalid_client', 401);
    const { context } = await run('getAccessToken', config());
    expect(context).toMatchObject({ accessToken: { access_token: 'due', warning: { code: 'certificate_invalid', message: expect.stringContaining(TOLD) as string } } });
  });
});

describe("the conversation's copy", () => {
  test('is used without a look at the certificates', async () => {
    const tlsConnection = { certificateAuthority: 'no certificate' };
    const { context } = await run('getAccessToken', { connection: CONNECTION, tlsConnection }, { context: { [COPIES]: { accessToken: copyOf('own', 10) } } });
    expect(context).toHaveProperty('accessToken.access_token', 'own');
  });

  test("is another client's after a change of the client certificate, and not after one of the authority", async () => {
    const config = { connection: CONNECTION, tlsConnection: withKey(certificate) };
    const first = await run('getAccessToken', config);
    const again = (tlsConnection: object) => run('getAccessToken', { ...config, tlsConnection }, { context: first.context });
    expect((await again({ ...withKey(certificate), certificateAuthority: certificate.cert })).context).toHaveProperty('accessToken.source', 'conversation');
    expect((await again({ ...withKey(encrypted), passphrase: PASSPHRASE })).context).toHaveProperty('accessToken.access_token', 'token-2');
  });
});
