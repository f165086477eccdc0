import type { FlowNode, RestAnswer, StartSandboxOptions } from '../../tools/sandbox';
import { ATOMIC_STORAGE, renderTransformer } from '../support/artifact-platform';
import type { NodeOutcome, NodeResult } from '../support/artifact-platform';
import { InProcessPlatform } from '../support/in-process-platform';

const LIFETIME_SECONDS = 60;
const RESULT_KEYS = [
  'access_token',
  'authorization',
  'expires_at',
  'expires_in',
  'grant',
  'headers',
  'refresh_at',
  'refreshed',
  'source',
  'token_type',
];

let platform: InProcessPlatform;
afterEach(() => platform.close());

async function start(sandbox: StartSandboxOptions = {}): Promise<void> {
  platform = await InProcessPlatform.start({ sandbox, server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } });
}

function expectWithinLimits({ execution }: NodeOutcome): void {
  expect(execution.extensionError).toBeUndefined();
  expect(execution.apiCalls).toBeLessThanOrEqual(5);
}

describe('Get Access Token', () => {
  beforeEach(() => start());

  test('without a shared store, keeps the token in its conversation', async () => {
    const config = { connection: platform.connection() };
    const before = platform.nowInSeconds;
    const first = await platform.run('getAccessToken', config);
    expectWithinLimits(first);
    expect(first.branch).toBe('OnSuccess');
    expect(Object.keys(first.result).sort()).toEqual(RESULT_KEYS);
    expect(first.result).toMatchObject({ refreshed: true, source: 'token_endpoint' });
    expect(first.result.expires_at - LIFETIME_SECONDS).toBeGreaterThanOrEqual(before);
    expect(first.result.expires_at - LIFETIME_SECONDS).toBeLessThanOrEqual(platform.nowInSeconds);
    expect(await platform.callApi(first.result)).toBe(200);

    const second = await platform.run('getAccessToken', config, { context: first.execution.context });
    expect(second.result).toMatchObject({
      access_token: first.result.access_token,
      refreshed: false,
      source: 'conversation',
    });
    expect(await platform.tokenRequests()).toBe(1);
    expect(platform.storeRequests).toBe(0);
  });

  test('with the Endpoint store, shares the token with everybody who has the store', async () => {
    const config = platform.sharedConfig();
    const first = await platform.run('getAccessToken', config);
    expectWithinLimits(first);
    expect(platform.storeRequests).toBe(2);
    await platform.storageSettled();
    expect(platform.record()).toMatchObject({
      token: { access_token: first.result.access_token, expires_in: LIFETIME_SECONDS },
      version: 1,
    });
    expect(platform.session('lease:accessToken')).toEqual({ lease: null });

    const second = await platform.run('getAccessToken', config);
    expect(second.result).toMatchObject({
      access_token: first.result.access_token,
      refreshed: false,
      source: 'store',
    });
    expect(await platform.callApi(second.result)).toBe(200);
    expect(platform.storeRequests).toBe(3);
    expect(await platform.tokenRequests()).toBe(1);
  });

  test('stores the result in the input, under the key that was chosen', async () => {
    const { execution } = await platform.run('getAccessToken', {
      connection: platform.connection(),
      storeLocation: 'input',
      inputKey: 'oauth.github',
    });
    expect(execution.input).toEqual({ oauth: { github: expect.objectContaining({ refreshed: true }) as unknown } });
    expect(Object.keys(execution.context)).toEqual(['_accessTokenCopies']);
  });

  test('keeps tokens of different names apart', async () => {
    const one = await platform.run('getAccessToken', platform.sharedConfig({ tokenName: 'crm / tenant "a"' }));
    const other = await platform.run('getAccessToken', platform.sharedConfig({ tokenName: 'erp' }), {
      context: one.execution.context,
    });
    expect(other.result.access_token).not.toBe(one.result.access_token);
    await platform.storageSettled();
    expect(platform.record('crm / tenant "a"')?.token.access_token).toBe(one.result.access_token);
    expect(platform.record('erp')?.token.access_token).toBe(other.result.access_token);
    expect(Object.keys(other.execution.context['_accessTokenCopies'] as object)).toEqual(['crm / tenant "a"', 'erp']);
  });

  test('sends the credentials in the body where the connection says so', async () => {
    const connection = platform.connection({ clientAuthentication: 'client_secret_post', scope: 'hello' });
    const { result } = await platform.run('getAccessToken', { connection });
    expect(await platform.callApi(result)).toBe(200);
  });
});

describe('Refresh If Expiring', () => {
  beforeEach(() => start());

  async function runAt(percent: number): Promise<NodeOutcome> {
    const token = await platform.issueToken();
    await platform.seed(token, platform.nowInSeconds - Math.round((LIFETIME_SECONDS * percent) / 100));
    return platform.run('refreshIfExpiring', platform.sharedConfig());
  }

  test('goes on in On Still Valid before the refresh percent, without a token request', async () => {
    const outcome = await runAt(70);
    expectWithinLimits(outcome);
    expect(outcome.branch).toBe('OnStillValid');
    expect(outcome.result).toMatchObject({ refreshed: false, source: 'store' });
    expect(await platform.tokenRequests()).toBe(1);
  });

  test('goes on in On Refreshed after it, with the new token', async () => {
    const outcome = await runAt(91);
    expectWithinLimits(outcome);
    expect(outcome.branch).toBe('OnRefreshed');
    expect(outcome.result).toMatchObject({ refreshed: true, source: 'token_endpoint' });
    await platform.storageSettled();
    expect(platform.record()).toMatchObject({ version: 2, token: { access_token: outcome.result.access_token } });
    expect(await platform.tokenRequests()).toBe(2);
  });

  test('goes on in On Error when there is no token to be had', async () => {
    await platform.server.setFault({ answer: { status: 400, body: '{"error":"unauthorized_client"}' } });
    const outcome = await platform.run('refreshIfExpiring', platform.sharedConfig());
    expectWithinLimits(outcome);
    expect(outcome.branch).toBe('OnError');
    expect(outcome.result).toEqual({
      error: {
        code: 'unauthorized_client',
        message: expect.any(String) as string,
        remedy: expect.any(String) as string,
        status: 400,
      },
    });
  });
});

describe('a Flow behind a REST Endpoint', () => {
  const say = (id: string, text: string): FlowNode => ({ id, type: 'say', config: { text } });

  function flow(changes: Record<string, unknown> = {}): FlowNode[] {
    const callApi: FlowNode = {
      id: 'call',
      type: 'httpRequest',
      config: {
        url: platform.server.apiUrl,
        headers: { authorization: '{{context.accessToken.authorization}}' },
        contextKey: 'api',
      },
    };
    return [
      {
        id: 'get',
        type: 'getAccessToken',
        extension: true,
        config: platform.sharedConfig(changes),
        children: {
          getAccessTokenOnSuccess: [callApi, say('said', 'API {{context.api.status}} {{context.api.body.message}}')],
          getAccessTokenOnError: [say('failed', 'error {{context.accessToken.error.code}}')],
        },
      },
    ];
  }

  async function message(url: string, sessionId: string): Promise<string> {
    const data = { userId: `user of ${sessionId}`, sessionId, text: 'hi', data: {} };
    const answer = await platform.http({ method: 'POST', url, data });
    await platform.storageSettled();
    expect(answer.status).toBe(200);
    return (answer.data as RestAnswer).text;
  }

  beforeEach(() => start());

  test('calls the API with the token; the next turn needs no request, the next conversation none for a token', async () => {
    const { url } = platform.sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: flow() });
    expect(await message(url, 'one')).toBe('API 200 hello');
    expect(platform.storeRequests).toBe(2);
    expect(await platform.tokenRequests()).toBe(1);

    expect(await message(url, 'one')).toBe('API 200 hello');
    expect(platform.storeRequests).toBe(2);

    expect(await message(url, 'two')).toBe('API 200 hello');
    expect(platform.storeRequests).toBe(3);
    expect(await platform.tokenRequests()).toBe(1);
    expect((await platform.server.stats()).apiCalls).toEqual({ accepted: 3, refused: 0, revoked: 0 });
    // The store's own requests are no conversations.
    expect(platform.sandbox.stats().conversations).toBe(2);
  });

  test('runs the error branch when there is no token', async () => {
    await platform.server.setFault({ answer: { status: 401, body: '{"error":"invalid_client"}' } });
    const { url } = platform.sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: flow() });
    expect(await message(url, 'one')).toBe('error invalid_client');
    expect((await platform.server.stats()).apiCalls).toEqual({ accepted: 0, refused: 0, revoked: 0 });
  });

  test('works with the store in the same Endpoint as the Flow', async () => {
    const { endpointSecret, sandbox } = platform;
    const urlToken = 'both-in-one';
    const endpointConnection = platform.storeConnection({ url: sandbox.endpointUrl(urlToken) });
    const both = flow({ endpointConnection });
    const transformer = renderTransformer(endpointSecret);
    const { url } = sandbox.createEndpoint({ type: 'rest', name: 'both', urlToken, transformer, flow: both });
    expect(await message(url, 'one')).toBe('API 200 hello');
    expect(await message(url, 'two')).toBe('API 200 hello');
    expect(await platform.tokenRequests()).toBe(1);
    expect(platform.storeRequests).toBe(0);
    expect(sandbox.stats()).toMatchObject({ conversations: 2, flowRuns: 2 });
  });
});

describe('refresh tokens', () => {
  beforeEach(() => start());

  test('a rotating one survives five refreshes in a row: each is used once, and the last one is stored', async () => {
    const refreshToken = await platform.server.issueRefreshToken();
    const config = platform.sharedConfig({ connection: platform.connection({ refreshToken }) });
    const seen = [refreshToken];
    let { result } = await platform.run('getAccessToken', config);
    for (let refresh = 1; refresh <= 5; refresh += 1) {
      await platform.storageSettled();
      const stored = platform.record();
      expect(stored?.token.access_token).toBe(result.access_token);
      expect(seen).not.toContain(stored?.token.refresh_token);
      seen.push(String(stored?.token.refresh_token));
      const outcome = await platform.run('refreshIfExpiring', { ...config, rejectedToken: result.access_token });
      expect(outcome.branch).toBe('OnRefreshed');
      expect(JSON.stringify(outcome.execution)).not.toContain(seen.at(-1));
      ({ result } = outcome);
    }
    await platform.storageSettled();
    expect(platform.record()).toMatchObject({ version: 6, token: { access_token: result.access_token } });
    const { tokenRequests, reuseDetections } = await platform.server.stats();
    expect(tokenRequests.map(({ grantType, status }) => [grantType, status])).toEqual(
      Array.from({ length: 6 }, () => ['refresh_token', 200]),
    );
    expect(reuseDetections).toBe(0);
    expect(await platform.callApi(result)).toBe(200);
  });

  test('one that was used up gives way to client credentials where that is allowed, and the API hears nothing of it', async () => {
    const token = await platform.issueToken();
    await platform.seed({ ...token, refresh_token: 'never-issued' }, platform.nowInSeconds - LIFETIME_SECONDS);
    expect(await platform.run('getAccessToken', platform.sharedConfig())).toMatchObject({ branch: 'OnError', result: { error: { code: 'invalid_grant' } } });
    const { branch, result } = await platform.run('getAccessToken', platform.sharedConfig({ fallBackToClient: true }));
    expect(branch).toBe('OnSuccess');
    expect(result).toMatchObject({ grant: 'client_credentials' });
    expect(await platform.callApi(result)).toBe(200);
    const { tokenRequests } = await platform.server.stats();
    expect(tokenRequests.slice(1).map(({ grantType, error }) => [grantType, error])).toEqual([
      ['refresh_token', 'invalid_grant'],
      ['refresh_token', 'invalid_grant'],
      ['client_credentials', undefined],
    ]);
  });
});

describe('two connections under one token name', () => {
  test('never get each other\'s token, and are told', async () => {
    await start();
    const configOf = (note: string) => platform.sharedConfig({ connection: platform.connection({ extraParameters: `note=${note}` }) });
    const [orders, payments] = [configOf('orders'), configOf('payments')];
    const first = await platform.run('getAccessToken', orders);
    await platform.storageSettled();
    const second = await platform.run('getAccessToken', payments);
    await platform.storageSettled();
    expect(first.result).not.toHaveProperty('warning');
    expect(second.result).toMatchObject({ refreshed: true, warning: { code: 'token_name_in_use' } });
    expect(second.result.access_token).not.toBe(first.result.access_token);
    const again = await platform.run('getAccessToken', payments);
    expect(again.result).toMatchObject({ source: 'store', access_token: second.result.access_token });
    expect(again.result).not.toHaveProperty('warning');
  });

  test('nor in a conversation that has a copy', async () => {
    await start();
    const config = { connection: platform.connection() };
    const { execution, result } = await platform.run('getAccessToken', config);
    const changed = { connection: platform.connection({ extraParameters: 'note=changed' }) };
    const after = await platform.run('getAccessToken', changed, { context: execution.context });
    expect(after.result).toMatchObject({ refreshed: true, warning: { code: 'token_name_in_use' } });
    expect(after.result.access_token).not.toBe(result.access_token);
  });
});

describe('a token that the API refuses', () => {
  test('is refreshed once, however many executions meet the 401', async () => {
    await start({ ...ATOMIC_STORAGE, maxConcurrentExecutions: 10 });
    const config = platform.sharedConfig();
    const { result: old } = await platform.run('getAccessToken', config);
    await platform.storageSettled();
    await platform.server.revokeAll();
    expect(await platform.callApi(old)).toBe(401);

    const rejected = { ...config, rejectedToken: old.authorization };
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => platform.run('refreshIfExpiring', rejected)));
    for (const outcome of outcomes) expectWithinLimits(outcome);
    const tokens = new Set(outcomes.map(({ result }) => result.access_token));
    expect([...tokens]).toHaveLength(1);
    expect([...tokens]).not.toContain(old.access_token);
    expect(outcomes.filter(({ branch }) => branch === 'OnRefreshed')).toHaveLength(1);
    expect(outcomes.filter(({ branch }) => branch === 'OnStillValid')).toHaveLength(9);
    expect(await platform.tokenRequests()).toBe(2);
    expect(await platform.callApi(outcomes[0]?.result ?? old)).toBe(200);
  });
});

describe.each(
  (['fresh', 'kept'] as const).flatMap((moduleState) =>
    (['endpoint', 'installation'] as const).flatMap((sessionStorageScope) =>
      (['key', 'session'] as const).map((sessionStorageWrites) => ({
        moduleState,
        sessionStorageScope,
        sessionStorageWrites,
      })),
    ),
  ),
)('where module state is $moduleState, storage is by $sessionStorageScope, writes are by $sessionStorageWrites', (unknown) => {
  test('one token serves all, is replaced when refused, and nothing is refreshed twice', async () => {
    await start(unknown);
    const config = platform.sharedConfig();
    const first = await platform.run('getAccessToken', config);
    await platform.storageSettled();
    const others = await Promise.all([1, 2, 3].map(() => platform.run('getAccessToken', config)));
    expect(others.map(({ result }) => result.access_token)).toEqual(Array(3).fill(first.result.access_token));
    expect(await platform.tokenRequests()).toBe(1);

    const { execution } = first;
    const refreshed = await platform.run(
      'refreshIfExpiring',
      { ...config, rejectedToken: first.result.access_token },
      execution,
    );
    expect(refreshed.branch).toBe('OnRefreshed');
    await platform.storageSettled();
    // The conversation's copy is the refused token, which must not be handed out again.
    const again = await platform.run(
      'refreshIfExpiring',
      { ...config, rejectedToken: first.result.access_token },
      execution,
    );
    expect(again.branch).toBe('OnStillValid');
    expect(again.result.access_token).toBe(refreshed.result.access_token);
    expect(platform.record()).toMatchObject({ version: 2, token: { access_token: again.result.access_token } });
    expect(platform.session('lease:accessToken')).toMatchObject({ lease: null });

    const result: NodeResult = (await platform.run('getAccessToken', config)).result;
    expect(await platform.callApi(result)).toBe(200);
    expect(await platform.tokenRequests()).toBe(2);
  });
});
