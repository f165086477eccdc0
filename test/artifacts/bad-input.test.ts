import { ERROR_REMEDIES } from '../../src/errors';
import type { ErrorCode } from '../../src/errors';
import type { AuthorizationServerFault } from '../../tools/sandbox';
import type { NodeOutcome } from '../support/artifact-platform';
import { InProcessPlatform } from '../support/in-process-platform';
import { LoopbackServer } from '../support/loopback-server';

const LIMIT_MS = 15_000;
/** What the store holds while it goes wrong: an expired token with what its successor depends on, and another one. */
const EXPIRED = { access_token: 'expired-one', expires_in: 60, refresh_token: 'kept-refresh-token' };
const OTHER = { access_token: 'another-one', expires_in: 3600, refresh_token: 'another-refresh-token' };

let platform: InProcessPlatform;
/** Takes requests and never answers. */
let silent: LoopbackServer;

beforeAll(async () => {
  [platform, silent] = await Promise.all([InProcessPlatform.start({ sandbox: { moduleState: 'kept' } }), LoopbackServer.start()]);
  silent.answer = () => platform.clock.release();
});
afterAll(() => Promise.all([platform.close(), silent.stop()]));

beforeEach(async () => {
  await platform.seed(EXPIRED, platform.nowInSeconds - 100);
  await platform.seed(OTHER, platform.nowInSeconds, 'other');
});

type Changes = Record<string, unknown>;

interface Seen extends NodeOutcome {
  /** By the platform's clock. */
  elapsedMs: number;
}

/** Runs a node with something wrong, and sees to it that nothing that was stored has changed. */
async function runWith(type: string, changes: Changes): Promise<Seen> {
  const stored = platform.records();
  const copies = { other: { token: { ...OTHER, token_type: 'Bearer' }, timestamp: platform.nowInSeconds, version: 3 } };
  const context = { mine: { untouched: true }, _accessTokenCopies: copies };
  const start = platform.clock.now();
  const outcome = await platform.run(type, platform.sharedConfig(changes), { context });
  const elapsedMs = platform.clock.now() - start;
  await platform.storageSettled();
  expect(platform.records()).toEqual(stored);
  expect(outcome.execution.context).toMatchObject(context);
  return { ...outcome, elapsedMs };
}

function expectError({ result, branch, execution, elapsedMs }: Seen, code: ErrorCode, status?: number): void {
  expect(execution.extensionError).toBeUndefined();
  expect(result).toEqual({
    error: {
      code,
      message: expect.stringMatching(/^[A-Z].{10,300}$/) as string,
      remedy: expect.stringMatching(/^[A-Z].{15,}\.$/) as string,
      ...(status === undefined ? {} : { status }),
    },
  });
  expect(branch).toBe('OnError');
  expect(execution.apiCalls).toBeLessThanOrEqual(5);
  expect(execution.logs).toEqual([
    { level: 'error', text: expect.stringContaining(`[access-token] error ${code} token=`) as string },
  ]);
  expect(elapsedMs).toBeLessThan(LIMIT_MS);
}

/** What is wrong, the node's settings, and the code that says so. Made late: the platform's addresses are not known before. */
type Row = [what: string, code: ErrorCode, changes: () => Changes];

const connectionWith = (changes: Record<string, string | undefined>) => () => ({
  connection: platform.connection(changes),
});
const storeWith = (changes: Record<string, string>) => () => ({
  endpointConnection: platform.storeConnection(changes),
});

const WRONG_SETTINGS: Row[] = [
  ['no connection', 'connection_missing', () => ({ connection: undefined })],
  ['a missing token URL', 'url_missing', connectionWith({ tokenUrl: undefined })],
  ['a malformed token URL', 'url_malformed', connectionWith({ tokenUrl: 'login.example.com/token' })],
  ['http: to a remote host', 'insecure_url', connectionWith({ tokenUrl: 'http://login.example.com/token' })],
  ['an empty client ID', 'client_id_missing', connectionWith({ clientId: undefined })],
  ['a blank client ID', 'client_id_missing', connectionWith({ clientId: '  ' })],
  ['an empty client secret', 'client_secret_missing', connectionWith({ clientSecret: undefined })],
  [
    'an unknown client authentication',
    'client_authentication_invalid',
    connectionWith({ clientAuthentication: 'private_key_jwt' }),
  ],
  ['extra parameters without "="', 'extra_parameters_invalid', connectionWith({ extraParameters: 'resource' })],
  ['extra parameters with a stray "%"', 'extra_parameters_invalid', connectionWith({ extraParameters: 'a=100%' })],
  ['refresh percent 0', 'refresh_percent_invalid', () => ({ refreshPercent: 0 })],
  ['refresh percent 100', 'refresh_percent_invalid', () => ({ refreshPercent: 100 })],
  ['refresh percent "abc"', 'refresh_percent_invalid', () => ({ refreshPercent: 'abc' })],
  ['an empty token name', 'token_name_invalid', () => ({ tokenName: '' })],
  ['a default lifetime of "long"', 'default_lifetime_invalid', () => ({ defaultLifetimeSeconds: 'long' })],
  ['an unknown store', 'store_invalid', () => ({ store: 'memory' })],
  ['no store connection', 'connection_missing', () => ({ endpointConnection: undefined })],
  ['a malformed store URL', 'url_malformed', storeWith({ url: 'https://' })],
  ['a store by http: on a remote host', 'insecure_url', storeWith({ url: 'http://endpoint.example.com/1' })],
];

describe.each(['getAccessToken', 'refreshIfExpiring'])('%s with a wrong setting', (type) => {
  test.each(WRONG_SETTINGS)('%s: %s, and no request is sent', async (_, code, changes) => {
    const before = platform.storeRequests;
    const tokenRequests = await platform.tokenRequests();
    expectError(await runWith(type, changes()), code);
    expect(platform.storeRequests).toBe(before);
    expect(await platform.tokenRequests()).toBe(tokenRequests);
  });
});

describe('a token endpoint that answers', () => {
  afterEach(() => platform.server.clearFault());

  const html = { 'content-type': 'text/html; charset=utf-8' };
  test.each<[string, ErrorCode, NonNullable<AuthorizationServerFault['answer']>]>([
    ['with a page', 'token_response_invalid', { status: 200, headers: html, body: '<!doctype html><title>Log in</title>' }],
    ['with nothing', 'token_response_invalid', { status: 200 }],
    ['without access_token', 'access_token_missing', { status: 200, body: '{"token_type":"Bearer","expires_in":60}' }],
    ['with a redirect', 'token_endpoint_redirect', { status: 302, headers: { location: 'https://elsewhere.example.com' } }],
    ['200 with an error', 'invalid_scope', { status: 200, body: '{"error":"invalid_scope"}' }],
    ['200 with an error of its own', 'token_endpoint_error', { status: 200, body: '{"error":"quota_used_up"}' }],
    ['400 invalid_client', 'invalid_client', { status: 400, body: '{"error":"invalid_client"}' }],
    ['404', 'token_endpoint_rejected', { status: 404, headers: html, body: '<h1>Not found</h1>' }],
    ['with an expired token', 'token_already_expired', { status: 200, body: '{"access_token":"a","expires_in":0}' }],
  ])('%s: %s', async (_, code, answer) => {
    await platform.server.setFault({ answer });
    const before = await platform.tokenRequests();
    expectError(await runWith('getAccessToken', {}), code, answer.status);
    // A client that is refused tries the other client authentication.
    expect(await platform.tokenRequests()).toBe(before + (code === 'invalid_client' ? 2 : 1));
    // The failure is noted: the next execution does not ask again at once.
    expect(platform.session('lease:accessToken')).toMatchObject({ lease: null, failure: { code, attempts: 1 } });
  });

  test('really with invalid_client, to a wrong secret', async () => {
    const outcome = await runWith('getAccessToken', connectionWith({ clientSecret: 'not-the-right-one' })());
    expectError(outcome, 'invalid_client', 401);
  });
});

/** With a refresh token nobody asks the token endpoint without a store: it might be used up. */
const withRefreshToken = (changes: Changes): Changes => ({ ...changes, connection: platform.connection({ refreshToken: 'not-to-be-sent' }) });

describe('a store that is none', () => {
  test('a chat Endpoint without the transformer: store_not_installed', async () => {
    const { url } = platform.sandbox.createEndpoint({
      type: 'rest',
      name: 'chat',
      flow: [{ id: 'say', type: 'say', config: { text: 'Hello' } }],
    });
    const seen = await runWith('getAccessToken', storeWith({ url })());
    expectError(seen, 'store_not_installed', seen.result.error?.status);
    expect([200, 400]).toContain(seen.result.error?.status);
  });

  test('a chatbot that takes any message: store_not_installed', async () => {
    const chat = await LoopbackServer.start();
    chat.answer = (response) => response.end('{"text":"Hello","data":{},"outputStack":[],"userId":"","sessionId":""}');
    const seen = await runWith('getAccessToken', storeWith({ url: chat.url })());
    await chat.stop();
    expectError(seen, 'store_not_installed');
  });

  test('an address where no Endpoint is: store_not_installed', async () => {
    const url = platform.sandbox.endpointUrl('nothing');
    expectError(await runWith('getAccessToken', storeWith({ url })()), 'store_not_installed', 404);
  });

  test('a wrong Endpoint secret: invalid_endpoint_secret', async () => {
    const outcome = await runWith('getAccessToken', storeWith({ endpointSecret: 'not-the-right-one' })());
    expectError(outcome, 'invalid_endpoint_secret', 401);
  });

  test('a closed port: store_unreachable', async () => {
    const gone = await LoopbackServer.start();
    const { url } = gone;
    await gone.stop();
    expectError(await runWith('getAccessToken', withRefreshToken(storeWith({ url })())), 'store_unreachable');
  });

  test('an Endpoint that fails: store_error', async () => {
    platform.sandbox.setFault(platform.storeUrlToken, { status: 500 });
    const seen = runWith('getAccessToken', withRefreshToken({}));
    await seen.finally(() => platform.sandbox.clearFault(platform.storeUrlToken));
    expectError(await seen, 'store_error', 500);
  });
});

describe('what answers slowly or not at all', () => {
  const toMuteServer = () => ({ connection: platform.connection({ tokenUrl: silent.url }) });

  test('a store that takes 6 s: store_timeout', async () => {
    const slow = await LoopbackServer.start();
    slow.answer = (response) => {
      platform.clock.setTimeout(() => response.end('{}'), 6000);
      platform.clock.release();
    };
    const seen = await runWith('getAccessToken', withRefreshToken(storeWith({ url: slow.url })()));
    await slow.stop();
    expectError(seen, 'store_timeout');
  });

  test('a store that never answers: store_timeout', async () => {
    expectError(await runWith('refreshIfExpiring', withRefreshToken(storeWith({ url: silent.url })())), 'store_timeout');
  });

  test('a store that never answers costs client credentials a warning, and no more', async () => {
    const { branch, result } = await platform.run('getAccessToken', platform.sharedConfig(storeWith({ url: silent.url })()));
    expect(branch).toBe('OnSuccess');
    expect(result).toMatchObject({ source: 'token_endpoint', warning: { code: 'store_timeout' } });
  });

  test.each(['endpoint', 'conversation'])('a token endpoint that never answers, with the store "%s"', async (store) => {
    const seen = await runWith('getAccessToken', { ...toMuteServer(), store });
    expectError(seen, 'token_endpoint_unreachable');
    expect(seen.result.error?.message).toContain('timeout');
  });

  test('a store that never answers leaves a valid token of the conversation in use, with a warning', async () => {
    const timestamp = platform.nowInSeconds - Math.round(OTHER.expires_in * 0.95);
    const copy = { token: { ...OTHER, token_type: 'Bearer' }, version: 1, timestamp };
    const context = { _accessTokenCopies: { accessToken: copy } };
    const config = platform.sharedConfig(storeWith({ url: silent.url })());
    const { branch, result, execution } = await platform.run('getAccessToken', config, { context });
    expect(branch).toBe('OnSuccess');
    expect(result).toMatchObject({
      access_token: OTHER.access_token,
      source: 'conversation',
      stale: true,
      warning: { code: 'store_timeout' },
    });
    expect(execution.logs).toMatchObject([{ level: 'warn' }]);
  });
});

test('every cause has its own code and its own remedy', () => {
  const codes: ErrorCode[] = [
    'url_missing',
    'url_malformed',
    'insecure_url',
    'refresh_percent_invalid',
    'client_id_missing',
    'client_secret_missing',
    'extra_parameters_invalid',
    'token_response_invalid',
    'access_token_missing',
    'token_endpoint_redirect',
    'token_endpoint_error',
    'invalid_client',
    'store_not_installed',
    'invalid_endpoint_secret',
    'store_timeout',
    'token_endpoint_unreachable',
  ];
  expect(new Set(codes.map((code) => ERROR_REMEDIES[code])).size).toBe(codes.length);
});
