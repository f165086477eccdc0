import { jsonAnswer } from '../support/recording-transport';
import { ENDPOINT_SECRET, ENDPOINT_URL } from '../support/store-endpoint';
import * as support from './support';

const { CONNECTION, COPIES, copyOf, REFRESH_TOKEN, run, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

/** Runs the node a second time in the same conversation. */
async function runAgain(config: object, first: { context: Record<string, unknown> }) {
  return (await run('getAccessToken', config, { context: first.context })).context;
}

describe.each([
  ['in the conversation', { connection: CONNECTION }],
  ['in the shared store', SHARED],
])('a token %s', (_, config) => {
  test('is used again while nothing has changed, however the members are ordered', async () => {
    const first = await run('getAccessToken', config);
    const connection = Object.fromEntries(Object.entries(CONNECTION).reverse());
    expect(await runAgain({ ...config, connection }, first)).toEqual({ accessToken: expect.objectContaining({ access_token: 'token-1', source: 'conversation' }) as unknown });
    expect(support.world.tokenRequests).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['scope', { scope: 'another' }],
    ['client', { clientId: 'another-client' }],
    ['audience', { audience: 'another' }],
    ['extra parameters', { extraParameters: 'resource=another' }],
  ])('is another one after a change of the %s, and that is told', async (_name, changed) => {
    const first = await run('getAccessToken', config);
    const second = await runAgain({ ...config, connection: { ...CONNECTION, ...changed } }, first);
    expect(second).toHaveProperty('accessToken.access_token', 'token-2');
    expect(second).toHaveProperty('accessToken.warning.code', 'token_name_in_use');
  });

  test('is never the one before, where the changed settings are refused', async () => {
    const first = await run('getAccessToken', config);
    support.refuse('invalid_scope');
    const second = await runAgain({ ...config, connection: { ...CONNECTION, scope: 'mistyped' } }, first);
    expect(second['accessToken']).toEqual({ error: expect.objectContaining({ code: 'invalid_scope' }) as unknown });
  });
});

test("a changed secret is tried at once, where the conversation's own token is the only one", async () => {
  const first = await run('getAccessToken', { connection: CONNECTION });
  support.refuse('invalid_client', 401);
  const second = await runAgain({ connection: { ...CONNECTION, clientSecret: 'canary-mistyped' } }, first);
  expect(second).toHaveProperty('accessToken.error.code', 'invalid_client');
});

test.each([
  ['endpoint', { endpointConnection: null }],
  ['redis', { redisConnection: undefined }],
])('the copy of the conversation does not hide that the store "%s" has no connection', async (store, connections) => {
  const first = await run('getAccessToken', SHARED);
  const second = await runAgain({ connection: CONNECTION, store, ...connections }, first);
  expect(second).toHaveProperty('accessToken.error.code', 'connection_missing');
});

test('another store is asked, whatever the copy says', async () => {
  const first = await run('getAccessToken', SHARED);
  support.world.brokenStore = () => Promise.resolve(jsonAnswer(401, { error: 'invalid_endpoint_secret' }));
  const endpointConnection = { url: ENDPOINT_URL, endpointSecret: `${ENDPOINT_SECRET}-of-another` };
  expect(await runAgain({ ...SHARED, endpointConnection }, first)).toHaveProperty('accessToken.error.code', 'invalid_endpoint_secret');
});

test("a copy of version 0.1, which does not say what it is for, is anybody's", async () => {
  const context = { [COPIES]: { accessToken: copyOf('of version 0.1', 10) } };
  const result = await run('getAccessToken', SHARED, { context });
  expect(result.context).toHaveProperty('accessToken.access_token', 'of version 0.1');
});

test('a copy tells no secret, and too little of one to guess it', async () => {
  const connection = { ...CONNECTION, refreshToken: REFRESH_TOKEN };
  const { context } = await run('getAccessToken', { ...SHARED, connection });
  const other = await run('getAccessToken', { ...SHARED, connection: { ...connection, clientSecret: 'canary-other-secret-2' } });
  const markOf = (contextOf: Record<string, unknown>) => (contextOf[COPIES] as { accessToken: { boundTo: string } }).accessToken.boundTo;
  expect(markOf(context)).toMatch(/^[0-9a-f]{16}$/);
  expect(markOf(other.context)).not.toBe(markOf(context));
});

describe('fall-back to the client', () => {
  const config = { ...SHARED, connection: { ...CONNECTION, refreshToken: REFRESH_TOKEN } };

  test('is not done unasked', async () => {
    support.refuse('invalid_grant');
    expect((await run('getAccessToken', config)).context).toHaveProperty('accessToken.error.code', 'invalid_grant');
    expect(support.world.tokenRequests).toHaveLength(1);
  });

  test('is done where it is switched on, and the result says so', async () => {
    let asked = 0;
    support.world.answer = () => ((asked += 1) === 1 ? jsonAnswer(400, { error: 'invalid_grant' }) : support.world.issue());
    const first = await run('getAccessToken', { ...config, fallBackToClient: true });
    expect(first.context).toHaveProperty('accessToken.grant', 'client_credentials');
    expect(JSON.stringify(first.logs)).toContain("the token is the client's own");
    expect(await runAgain({ ...config, fallBackToClient: true }, first)).toHaveProperty('accessToken.grant', 'client_credentials');
  });
});

describe('a result that the platform would refuse', () => {
  test.each([
    ['context', 'accessToken'],
    ['input', 'accessToken'],
  ])('is an error in its place, in the %s', async (storeLocation, key) => {
    support.world.answer = () => support.world.issue({ access_token: 'x'.repeat(31_000) });
    const result = await run('getAccessToken', { connection: CONNECTION, storeLocation });
    const written = storeLocation === 'input' ? result.input : result.context;
    expect(written[key]).toEqual({ error: expect.objectContaining({ code: 'token_too_large' }) as unknown });
    expect(result.branch).toBe('getAccessTokenOnError');
  });

  test('is measured in bytes', async () => {
    support.world.answer = () => support.world.issue({ access_token: 'x'.repeat(19_000) });
    expect((await run('getAccessToken', { connection: CONNECTION })).branch).toBe('getAccessTokenOnSuccess');
  });
});

test.each(['_accessTokenCopies', ' _accessTokenCopies ', '_accessTokenCopies.mine'])("the key %p is the extension's own", async (contextKey) => {
  const result = await run('getAccessToken', { connection: CONNECTION, contextKey });
  expect(result.context).toEqual({ accessToken: { error: expect.objectContaining({ code: 'result_key_invalid' }) as unknown } });
  expect(result.branch).toBe('getAccessTokenOnError');
});
