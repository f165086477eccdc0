import type { FlowNode, RestAnswer } from '../../tools/sandbox';
import { ArtifactPlatform } from '../support/artifact-platform';
import { until } from '../support/until';

/** Long, so that no token is due because the machine is slow. */
const LIFETIME_SECONDS = 3600;

// What each node does is in extension.test.ts: here it is done in processes, with a real authorization server.
describe.each(['fresh', 'kept'] as const)('the built extension in processes whose state is %s', (moduleState) => {
  let platform: ArtifactPlatform;

  beforeAll(async () => {
    platform = await ArtifactPlatform.start({
      sandbox: { moduleState },
      server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS },
    });
  });
  afterAll(() => platform.close());

  test('one token serves all, is replaced when refused, and nothing is refreshed twice', async () => {
    const config = platform.sharedConfig();
    const first = await platform.run('getAccessToken', config);
    expect(first).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true, source: 'token_endpoint' } });
    expect(first.execution.extensionError).toBeUndefined();
    expect(first.execution.apiCalls).toBeLessThanOrEqual(5);
    await platform.storageSettled();
    const others = await Promise.all([1, 2].map(() => platform.run('getAccessToken', config)));
    expect(others.map(({ result }) => result.access_token)).toEqual(Array(2).fill(first.result.access_token));
    expect(await platform.tokenRequests()).toBe(1);

    const rejecting = { ...config, rejectedToken: first.result.access_token };
    const refreshed = await platform.run('refreshIfExpiring', rejecting, first.execution);
    expect(refreshed.branch).toBe('OnRefreshed');
    await platform.storageSettled();
    const again = await platform.run('refreshIfExpiring', rejecting, first.execution);
    expect(again.branch).toBe('OnStillValid');
    expect(again.result.access_token).toBe(refreshed.result.access_token);
    expect(platform.record()).toMatchObject({ version: 2, token: { access_token: again.result.access_token } });
    expect(platform.session('lease:accessToken')).toMatchObject({ lease: null });
    expect(await platform.callApi(again.result)).toBe(200);
    expect(await platform.tokenRequests()).toBe(2);
  });

  test('a rotating refresh token is used once, and the last one is stored', async () => {
    const tokenName = 'rotating';
    const refreshToken = await platform.server.issueRefreshToken();
    const config = platform.sharedConfig({ tokenName, connection: platform.connection({ refreshToken }) });
    const { result: first } = await platform.run('getAccessToken', config);
    await platform.storageSettled();
    const { branch, result } = await platform.run('refreshIfExpiring', { ...config, rejectedToken: first.access_token });
    expect(branch).toBe('OnRefreshed');
    await platform.storageSettled();
    expect(platform.record(tokenName)).toMatchObject({ version: 2, token: { access_token: result.access_token } });
    const { tokenRequests, reuseDetections } = await platform.server.stats();
    const refreshes = tokenRequests.filter(({ grantType }) => grantType === 'refresh_token');
    expect(refreshes.map(({ status }) => status)).toEqual([200, 200]);
    expect(reuseDetections).toBe(0);
    expect(await platform.callApi(result)).toBe(200);
  });

  test('the form tries its connection: with the client, with a wrong secret, and never with a refresh token', async () => {
    const tryWith = async (changes: Record<string, string>) => {
      const config = { connection: platform.connection(changes), store: 'endpoint' };
      const options = await platform.sandbox.resolveOptions({ type: 'getAccessToken', field: 'connectionTest', config });
      expect(options).toEqual([{ label: expect.any(String) as string, value: 'tried' }]);
      return options[0]?.label ?? '';
    };
    /** The form gives up after some seconds, which a machine that is held up may take: it is opened again. */
    const untilSaid = (line: RegExp, changes: Record<string, string> = {}) => until(`the form says ${String(line)}`, async () => line.test(await tryWith(changes)));
    await untilSaid(/^OK: a token for 3600 s$/);
    const clientSecret = 'canary-wrong-secret-4b7d';
    await untilSaid(/^invalid_client: .* Check the client ID and the client secret in the connection/, { clientSecret });
    const refreshToken = await platform.server.issueRefreshToken();
    const before = await platform.tokenRequests();
    expect(await tryWith({ refreshToken })).toMatch(/^Not tried: this could use up the refresh token/);
    expect(await platform.tokenRequests()).toBe(before);
    // It is as good as new.
    const { branch } = await platform.run('getAccessToken', { connection: platform.connection({ refreshToken }) });
    expect(branch).toBe('OnSuccess');
    expect((await platform.server.stats()).tokenRequests.pop()).toMatchObject({ grantType: 'refresh_token', status: 200 });
    expect(platform.sandbox.logs.text()).not.toContain(clientSecret);
  });

  test('a Flow calls the API with the token; the next conversation needs no token request', async () => {
    const tokenName = 'of the Flow';
    const headers = { authorization: '{{context.accessToken.authorization}}' };
    const say = (id: string, text: string): FlowNode => ({ id, type: 'say', config: { text } });
    const flow: FlowNode[] = [
      {
        id: 'get',
        type: 'getAccessToken',
        extension: true,
        config: platform.sharedConfig({ tokenName }),
        children: {
          getAccessTokenOnSuccess: [
            { id: 'call', type: 'httpRequest', config: { url: platform.server.apiUrl, headers, contextKey: 'api' } },
            say('said', 'API {{context.api.status}} {{context.api.body.message}}'),
          ],
          getAccessTokenOnError: [say('failed', 'error {{context.accessToken.error.code}}')],
        },
      },
    ];
    const { url } = platform.sandbox.createEndpoint({ type: 'rest', name: 'chat', flow });
    const asked = await platform.tokenRequests();
    const { executions } = platform.sandbox.stats().extensions;
    for (const sessionId of ['one', 'one', 'two']) {
      const data = { userId: `user of ${sessionId}`, sessionId, text: 'hi', data: {} };
      const answer = await platform.http({ method: 'POST', url, data });
      await platform.storageSettled();
      expect([answer.status, (answer.data as RestAnswer).text]).toEqual([200, 'API 200 hello']);
    }
    expect(await platform.tokenRequests()).toBe(asked + 1);
    expect(platform.sandbox.stats().extensions).toMatchObject({ executions: executions + 3, failed: 0 });
  });
});
