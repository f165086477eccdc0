import * as crypto from 'node:crypto';
import { join } from 'node:path';

import type { TokenRecord } from '../../src/lifetime';
import { createHttpClient, startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, ExecutionResult, Sandbox } from '../../tools/sandbox';
import { stopChain } from '../../tools/sandbox/demo/stop-chain';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import { builtFile } from '../support/built-transformer';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { until } from '../support/until';

/** Values that must never be shown. "+", "&" and "%" change when form-encoded. */
const CANARIES = {
  clientSecret: 'canary client+secret&2c9d%5',
  endpointSecret: 'canary-endpoint-secret-e801',
  apiKey: 'canary-api-key-44fa',
  encryptionKey: 'canary-encryption-key-90ab',
  redisPassword: 'canary-redis-password-7d3e',
};
/** No token expires here, and the chain does not wait long: it refreshes after 1 % of the life. */
const LIFETIME_SECONDS = 60;
const REFRESH_PERCENT = 1;
const STORE = 'store';

const http = createHttpClient();
let sandbox: Sandbox;
let server: AuthorizationServer;
let functionId: string;
const executions: ExecutionResult[] = [];
const accessTokens = new Set<string>();
const refreshTokens = new Set<string>();

interface Result {
  access_token?: string;
  warning?: { code: string };
  error?: { code: string };
}

/** A secret in every form in which it goes over the wire. */
function wireFormsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret).replace(/%20/g, '+');
  return [secret, encoded, Buffer.from(`${server.client.clientId}:${encoded}`).toString('base64')];
}

/** Those, and what a mere encoding would make of it in a store. */
function formsOf(secret: string): string[] {
  return [...wireFormsOf(secret), Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
}

/** What stands before each secret that was found, without the secret itself. */
function placesOf(secrets: Iterable<string>, texts: Record<string, string>): string[] {
  return Object.entries(texts).flatMap(([where, text]) =>
    [...secrets].flatMap(formsOf).flatMap((form) => {
      const index = text.indexOf(form);
      return index < 0 ? [] : [`${where}: …${text.slice(Math.max(0, index - 60), index)}`];
    }),
  );
}

function resultOf({ context }: ExecutionResult): Result {
  return context['accessToken'] ?? {};
}

async function run(type: string, config: object): Promise<Result> {
  const execution = await sandbox.runNode({ type, config: { ...config } });
  executions.push(execution);
  const result = resultOf(execution);
  if (result.access_token !== undefined) accessTokens.add(result.access_token);
  return result;
}

function connect(type: string, fields: Record<string, string>): object {
  return { connectionId: sandbox.createConnection({ type, fields }) };
}

/** Reads the store as somebody who has its secret. */
async function storedRecord(): Promise<TokenRecord | null> {
  const body = { endpointSecret: CANARIES.endpointSecret, tokenStore: { op: 'read', tokenName: 'accessToken' } };
  const { data } = await http({ method: 'POST', url: sandbox.endpointUrl(STORE), data: body });
  const { record } = data as { record: TokenRecord | null };
  if (record !== null) note(record);
  return record;
}

function note({ token }: Pick<TokenRecord, 'token'>): void {
  accessTokens.add(token.access_token);
  if (token.refresh_token !== undefined) refreshTokens.add(token.refresh_token);
}

/** An error answer that repeats what it was sent, as a careless server does. */
async function echo(current: () => Promise<TokenRecord | null>): Promise<void> {
  // While it is being written nobody may get another refresh token.
  await server.setFault({ down: true });
  const sent = [(await current())?.token.refresh_token ?? '', ...wireFormsOf(CANARIES.clientSecret)];
  const body = JSON.stringify({ error: 'invalid_scope', error_description: sent.join(' '), ...CANARIES });
  await server.setFault({ answer: { status: 400, body } });
}

/** Runs nodes while the token endpoint and the store fail in turn. */
async function runWithFailures(
  config: Record<string, unknown>,
  current: () => Promise<TokenRecord | null>,
): Promise<void> {
  const { access_token } = await run('getAccessToken', config);
  await echo(current);
  await runUntil('invalid_scope', 'refreshIfExpiring', { ...config, rejectedToken: access_token, reuseInConversation: false });
  await server.setFault({ down: 'refuse' });
  await runUntil('token_endpoint_unreachable', 'getAccessToken', { ...config, tokenName: 'another name' });
  await server.clearFault();
}

async function startChain(config: object): Promise<void> {
  sandbox.updateFunction(functionId, { code: builtFile('function.ts', config) });
  sandbox.triggerFunction(functionId);
}

/** Runs a node until it ends with the code: a machine that is slow may cause another failure first. */
async function runUntil(code: string, type: string, config: object): Promise<void> {
  await until(`${type} ends with ${code}`, async () => {
    const { error, warning } = await run(type, config);
    return (error ?? warning)?.code === code;
  });
}

async function shownTexts(): Promise<Record<string, string>> {
  const listing = await http({
    url: `${sandbox.apiUrl}/new/v2.0/functions/${functionId}/instances`,
    headers: { 'X-API-Key': CANARIES.apiKey },
  });
  const instances = sandbox.functionInstances();
  return {
    logs: sandbox.logs.text(),
    'error results': JSON.stringify(executions.map(resultOf).map(({ error, warning }) => [error, warning])),
    'node logs': JSON.stringify(executions.map(({ logs, events, outputs }) => [logs, events, outputs])),
    'extension errors': JSON.stringify(executions.map(({ extensionError }) => extensionError ?? null)),
    'Function parameters': JSON.stringify(instances.map(({ parameters }) => parameters)),
    'Function logs and errors': JSON.stringify(instances.map(({ log, error }) => [log, error])),
    'instance listing': JSON.stringify(listing.data),
    'session storage': JSON.stringify(sandbox.sessionStorage.dump()),
  };
}

function results(): Record<string, string> {
  return { 'results and context': JSON.stringify(executions.map(({ context, input }) => [context, input])) };
}

beforeAll(async () => {
  [sandbox, server] = await Promise.all([
    // Requests that are refused carry everything that was sent: the hardest case for what logs them.
    startSandbox({ apiKey: CANARIES.apiKey, httpErrorStatusThrows: true, functionStartupDelayMs: 20 }),
    startAuthorizationServer({ clientSecret: CANARIES.clientSecret, accessTokenLifetimeSeconds: LIFETIME_SECONDS }),
  ]);
  await sandbox.uploadExtension(join(__dirname, '../../dist/access-token.tar.gz'));
  const { endpointSecret, apiKey } = CANARIES;
  const transformer = builtFile('transformer-rest.ts', { endpointSecret });
  sandbox.createEndpoint({ type: 'rest', name: 'store', urlToken: STORE, transformer, flow: [] });
  functionId = sandbox.createFunction({ name: 'chain', code: 'export default async () => {};' });

  const refreshToken = await server.issueRefreshToken();
  refreshTokens.add(refreshToken);
  const client = { tokenUrl: server.tokenUrl, ...server.client, refreshToken };
  const url = sandbox.endpointUrl(STORE);
  const config = {
    connection: connect('oauth2ClientCredentials', client),
    store: 'endpoint',
    endpointConnection: connect('accessTokenStore', { url, endpointSecret }),
  };
  await runWithFailures(config, storedRecord);
  const wrong = connect('accessTokenStore', { url, endpointSecret: `${endpointSecret}-wrong` });
  await runUntil('invalid_endpoint_secret', 'getAccessToken', { ...config, endpointConnection: wrong });

  const chain = {
    tokens: [{ ...client, refreshPercent: REFRESH_PERCENT }],
    storeUrl: url,
    endpointSecret,
    apiUrl: sandbox.apiUrl,
    apiKey,
    functionId,
    functionTimeLimitSeconds: 900,
    functionBufferSeconds: 5,
  };
  await storedRecord();
  await startChain(chain);
  const first = (await storedRecord())?.version ?? 0;
  await until('the chain has refreshed twice', async () => ((await storedRecord())?.version ?? 0) >= first + 2);
  await echo(storedRecord);
  await until('the chain meets the echo', () => sandbox.logs.text().includes('invalid_scope token=accessToken'));
  await startChain({ ...chain, endpointSecret: `${endpointSecret}-wrong` });
  await until('the chain is refused', () => sandbox.logs.text().includes('invalid_endpoint_secret'));
  // It would meet the echoes of other refresh tokens than its own, which nobody could strike out.
  await stopChain(sandbox, functionId);
  await server.clearFault();
});

afterAll(async () => {
  http.close();
  await Promise.all([sandbox.close(), server.close()]);
});

test('the run was one in which secrets could have been shown', async () => {
  const codes = executions.map(resultOf).map(({ error, warning }) => (error ?? warning)?.code);
  const expected = ['invalid_scope', 'token_endpoint_unreachable', 'invalid_endpoint_secret'];
  expect(codes).toEqual(expect.arrayContaining(expected));
  expect(accessTokens.size).toBeGreaterThanOrEqual(3);
  expect(refreshTokens.size).toBeGreaterThanOrEqual(3);
  expect(sandbox.functionInstances().length).toBeGreaterThanOrEqual(3);
  // The search finds what is there: access tokens are what the nodes hand out.
  expect(placesOf(accessTokens, results())).not.toEqual([]);
  // Everything is where it should be, encrypted.
  expect(JSON.stringify(await shownTexts())).toContain('access-token-1.');
});

test.each(Object.entries(CANARIES))('nowhere: %s', async (_, secret) => {
  expect(placesOf([secret], { ...(await shownTexts()), ...results() })).toEqual([]);
});

test('nowhere: refresh tokens', async () => {
  expect(placesOf(refreshTokens, { ...(await shownTexts()), ...results() })).toEqual([]);
});

test('access tokens: in results and conversation copies only', async () => {
  expect(placesOf(accessTokens, await shownTexts())).toEqual([]);
});

describeWithRedis('with Redis as the store', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await RedisServer.start({ password: CANARIES.redisPassword });
  });

  afterAll(() => redis.close());

  async function contents(): Promise<string> {
    const client = redis.client();
    const keys = await client.keys('*');
    const values = await Promise.all(keys.map((key) => client.hgetall(key)));
    return JSON.stringify(keys.map((key, index) => [key, values[index]]));
  }

  /** Reads Redis as somebody who has the encryption key. */
  async function redisRecord(): Promise<TokenRecord | null> {
    const text = await redis.client().hget('access-token:token:accessToken', 'record');
    const plain = text === null ? null : new AesGcmCipher([CANARIES.encryptionKey], crypto).open(text, 'accessToken');
    if (plain === null) return null;
    const record = JSON.parse(plain) as TokenRecord;
    note(record);
    return record;
  }

  function redisConfig(refreshToken: string, changes: Record<string, string> = {}): Record<string, unknown> {
    const fields = { url: redis.url, encryptionKey: CANARIES.encryptionKey, ...changes };
    const client = { tokenUrl: server.tokenUrl, ...server.client, refreshToken };
    return {
      connection: connect('oauth2ClientCredentials', client),
      store: 'redis',
      redisConnection: connect('accessTokenStoreRedis', fields),
      reuseInConversation: false,
    };
  }

  test('no token and no secret in its contents, in logs or in results', async () => {
    const refreshToken = await server.issueRefreshToken();
    refreshTokens.add(refreshToken);
    const config = redisConfig(refreshToken);
    const before = executions.length;
    const { access_token } = await run('getAccessToken', config);
    await runWithFailures({ ...config, rejectedToken: access_token }, redisRecord);
    const wrongPassword = redisConfig(refreshToken, { url: redis.urlFor(`:${CANARIES.redisPassword}-wrong@`) });
    await runUntil('store_refused', 'getAccessToken', wrongPassword);
    const wrongKey = redisConfig(refreshToken, { encryptionKey: `${CANARIES.encryptionKey}-wrong` });
    await runUntil('encryption_key_unknown', 'getAccessToken', wrongKey);
    const reads = executions.slice(before).filter((execution) => resultOf(execution).access_token !== undefined);
    expect(reads.length).toBeGreaterThanOrEqual(2);

    await redisRecord();
    const texts = { Redis: await contents(), ...(await shownTexts()) };
    expect(texts.Redis).toContain('access-token-1.');
    expect(placesOf(Object.values(CANARIES), { ...texts, ...results() })).toEqual([]);
    expect(placesOf(refreshTokens, { ...texts, ...results() })).toEqual([]);
    expect(placesOf(accessTokens, texts)).toEqual([]);
  });
});
