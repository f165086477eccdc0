import { ENDPOINT_SECRET } from '../support/store-endpoint';
import { fingerprint } from '../support/token-records';
import * as support from './support';

const {
  CLIENT_SECRET,
  CONNECTION,
  COPIES,
  copyOf,
  errorResult,
  refuse,
  run,
  seed,
  SHARED,
  START_SECONDS,
} = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

describe('the result, to the last key', () => {
  test('of a token that was just fetched', async () => {
    const { context, logs, branch, calls } = await run('getAccessToken', { connection: CONNECTION });
    expect(context['accessToken']).toStrictEqual({
      access_token: 'token-1',
      token_type: 'Bearer',
      grant: 'client_credentials',
      authorization: 'Bearer token-1',
      headers: { Authorization: 'Bearer token-1' },
      expires_at: START_SECONDS + 100,
      expires_in: 100,
      refresh_at: START_SECONDS + 90,
      refreshed: true,
      source: 'token_endpoint',
    });
    expect(logs).toEqual([]);
    expect(branch).toBe('getAccessTokenOnSuccess');
    expect(calls.map(({ method }) => method)).toEqual(['addToContext', 'addToContext', 'setNextNode']);
  });

  test('of the conversation\'s own, which needs no request and no second copy', async () => {
    const context = { [COPIES]: { accessToken: copyOf('mine', 30) } };
    const result = await run('getAccessToken', SHARED, { context });
    expect(result.context).toStrictEqual({
      accessToken: {
        access_token: 'mine',
        token_type: 'Bearer',
        authorization: 'Bearer mine',
        headers: { Authorization: 'Bearer mine' },
        expires_at: START_SECONDS + 70,
        expires_in: 70,
        refresh_at: START_SECONDS + 60,
        refreshed: false,
        source: 'conversation',
      },
    });
    expect(result.calls.map(({ method }) => method)).toEqual(['addToContext', 'setNextNode']);
    expect(support.world.tokenRequests).toEqual([]);
    expect(support.world.storeRequests).toBe(0);
  });

  test('of the shared one', async () => {
    await seed('shared', 10);
    const { context, logs } = await run('getAccessToken', SHARED);
    expect(context['accessToken']).toMatchObject({ access_token: 'shared', refreshed: false, source: 'store' });
    expect(Object.keys(context['accessToken'] as object)).toHaveLength(9);
    expect(logs).toEqual([]);
    expect(support.world.tokenRequests).toEqual([]);
  });

  test('of one that is still valid and could not be refreshed', async () => {
    await seed('old', 95);
    refuse('invalid_client', 401);
    const { context, logs, branch } = await run('getAccessToken', SHARED);
    expect(branch).toBe('getAccessTokenOnSuccess');
    expect(context['accessToken']).toStrictEqual({
      access_token: 'old',
      token_type: 'Bearer',
      authorization: 'Bearer old',
      headers: { Authorization: 'Bearer old' },
      expires_at: START_SECONDS + 5,
      expires_in: 5,
      refresh_at: START_SECONDS - 5,
      refreshed: false,
      source: 'store',
      stale: true,
      warning: { ...(errorResult('invalid_client', 401) as { error: object }).error, retry_at: expect.any(Number) as number },
    });
    expect(logs).toEqual([['warn', expect.stringMatching(/^\[access-token\] warn invalid_client token=accessToken status=401 The .* Check the client ID/)]]);
  });

  test('of the same in the next execution: the warning says when it is tried again', async () => {
    await seed('old', 95);
    refuse('invalid_client', 401);
    await run('getAccessToken', SHARED);
    const { context } = await run('getAccessToken', SHARED);
    const { warning } = context['accessToken'] as { warning: { retry_at: number } };
    expect(Object.keys(warning).sort()).toEqual(['code', 'message', 'remedy', 'retry_at']);
    expect(warning.retry_at).toBeGreaterThan(START_SECONDS);
    expect(warning.retry_at).toBeLessThanOrEqual(START_SECONDS + 7);
    // Basic and Post, by the first of both.
    expect(support.world.tokenRequests).toHaveLength(2);
  });

  test.each([
    ['getAccessToken', 'getAccessTokenOnError'],
    ['refreshIfExpiring', 'refreshIfExpiringOnError'],
  ])('of a failure of %s', async (type, onError) => {
    refuse('invalid_client', 401);
    const { context, logs, branch } = await run(type, { connection: CONNECTION });
    expect(context).toStrictEqual({ accessToken: errorResult('invalid_client', 401) });
    expect(logs).toEqual([['error', expect.stringContaining('[access-token] error invalid_client token=accessToken status=401 The ') as string]]);
    expect(branch).toBe(onError);
  });

  test('of a failure without an HTTP status', async () => {
    const { context } = await run('getAccessToken', {});
    expect(context).toStrictEqual({ accessToken: errorResult('connection_missing') });
  });
});

describe('the shape of the result', () => {
  const shape = async (fields: object) => (await run('getAccessToken', { connection: CONNECTION, ...fields })).context['accessToken'];

  test.each<[object, string, string]>([
    [{ authorizationHeader: '', authorizationScheme: ' ' }, 'Authorization', 'Bearer token-1'],
    [{ authorizationScheme: ' Zoho-oauthtoken ' }, 'Authorization', 'Zoho-oauthtoken token-1'],
    [{ authorizationHeader: ' X-Shopify-Access-Token: ' }, 'X-Shopify-Access-Token', 'token-1'],
    [{ authorizationScheme: 'none' }, 'Authorization', 'token-1'],
    [{ authorizationScheme: 'None' }, 'Authorization', 'token-1'],
    [{ authorizationHeader: 'X-Auth', authorizationScheme: 'Token' }, 'X-Auth', 'Token token-1'],
  ])('%j', async (fields, name, value) => {
    expect(await shape(fields)).toMatchObject({ access_token: 'token-1', authorization: value, headers: { [name]: value } });
  });

  test.each<[object, string]>([
    [{ authorizationHeader: 'X Auth' }, 'Header name'],
    [{ authorizationHeader: 'X-Äuth' }, 'Header name'],
    [{ authorizationHeader: 'X-Auth: Bearer' }, 'Header name'],
    [{ authorizationScheme: 'Bearer\r\nX-Evil: 1' }, 'Prefix before the token'],
  ])('%j is refused by the name of its field', async (fields, label) => {
    const { error } = (await shape(fields)) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'configuration_invalid', message: `"${label}" has characters that no header allows.` });
    expect(support.world.tokenRequests).toEqual([]);
  });

  test.each(['instance_url, scope', ' instance_url\nscope ', 'instance_url;scope missing', ['not a text']])('members that are named: %j', async (includeMembers) => {
    support.world.answer = () => support.world.issue({ instance_url: 'https://a.example.com', scope: 'read', refresh_token: support.REFRESH_TOKEN });
    const result = (await shape({ includeMembers })) as { response?: object };
    expect(result.response).toEqual(typeof includeMembers === 'string' ? { instance_url: 'https://a.example.com', scope: 'read' } : undefined);
  });

  describe.each([
    ['a conversation', { connection: CONNECTION }, 'token_endpoint'],
    ['a shared store', SHARED, 'store'],
  ])('members in the copy of %s', (_, config, source) => {
    const response = { instance_url: 'https://a.example.com', 'data.tenant': 'T' };
    const includeMembers = 'instance_url data.tenant missing';
    beforeEach(() => {
      support.world.answer = () => support.world.issue({ instance_url: 'https://a.example.com', data: { tenant: 'T', other: 'not wanted' }, id_token: 'not wanted' });
    });

    test('are there in the next turn, and nothing else is', async () => {
      const { context } = await run('getAccessToken', { ...config, includeMembers });
      expect(context['accessToken']).toMatchObject({ response });
      expect(JSON.stringify(context)).not.toContain('not wanted');
      const again = await run('getAccessToken', { ...config, includeMembers }, { context });
      expect(again.context['accessToken']).toMatchObject({ access_token: 'token-1', source: 'conversation', response });
      expect(again.context).not.toHaveProperty(COPIES);
      expect(support.world.tokenRequests).toHaveLength(1);
    });

    test('are got once where another node has not asked for them', async () => {
      const first = await run('getAccessToken', { ...config, includeMembers: 'data.tenant' });
      const second = await run('getAccessToken', { ...config, includeMembers: 'instance_url' }, first);
      expect(second.context['accessToken']).toMatchObject({ source, response: { instance_url: 'https://a.example.com' } });
      for (const wanted of ['data.tenant', 'instance_url', includeMembers.replace(' missing', ''), '']) {
        const next = await run('getAccessToken', { ...config, includeMembers: wanted }, second);
        expect(next.context['accessToken']).toMatchObject({ source: 'conversation' });
      }
      expect(support.world.storeRequests).toBe(source === 'store' ? 3 : 0);
    });
  });
});

describe('where the result goes', () => {
  test('into the input', async () => {
    const config = { connection: CONNECTION, storeLocation: 'input', inputKey: 'crm', contextKey: 'unused' };
    const { context, input } = await run('getAccessToken', config);
    expect(input).toEqual({ crm: expect.objectContaining({ access_token: 'token-1' }) as unknown });
    expect(Object.keys(context)).toEqual([COPIES]);
  });

  test.each(['auth.crm.token', 'a key', 'ключ'])('under the key %j, which is handed on as it is', async (key) => {
    const { context } = await run('getAccessToken', { connection: CONNECTION, contextKey: ` ${key} ` });
    expect(Object.keys(context).sort()).toEqual([COPIES, key].sort());
  });

  test.each([undefined, null, '', '  ', 5, {}])('under accessToken where the key is %j', async (key) => {
    const { context } = await run('getAccessToken', { connection: CONNECTION, contextKey: key });
    expect(context).toHaveProperty('accessToken.access_token', 'token-1');
  });

  test('an error goes there too', async () => {
    const { input } = await run('getAccessToken', { storeLocation: 'input', inputKey: 'crm' });
    expect(input).toEqual({ crm: errorResult('connection_missing') });
  });
});

describe('branches', () => {
  const expiring = { context: { [COPIES]: { accessToken: copyOf('due', 90) } } };
  const valid = { context: { [COPIES]: { accessToken: copyOf('mine', 89) } } };

  test('of Refresh If Expiring, at the boundary: due at 90 %, still valid before', async () => {
    const refreshed = await run('refreshIfExpiring', { connection: CONNECTION }, expiring);
    expect(refreshed.branch).toBe('refreshIfExpiringOnRefreshed');
    expect(refreshed.context).toHaveProperty('accessToken.access_token', 'token-1');
    const kept = await run('refreshIfExpiring', { connection: CONNECTION }, valid);
    expect(kept.branch).toBe('refreshIfExpiringOnStillValid');
    expect(kept.context).toHaveProperty('accessToken.access_token', 'mine');
    const sooner = await run('refreshIfExpiring', { connection: CONNECTION, refreshPercent: '50' }, valid);
    expect(sooner.branch).toBe('refreshIfExpiringOnRefreshed');
  });

  test('a token that somebody else has refreshed is "still valid"', async () => {
    await seed('fresh', 1);
    const { branch } = await run('refreshIfExpiring', SHARED, expiring);
    expect(branch).toBe('refreshIfExpiringOnStillValid');
  });

  test('a stale token is "still valid" too: there is no error', async () => {
    refuse('invalid_client', 401);
    const { branch, context } = await run('refreshIfExpiring', { connection: CONNECTION }, expiring);
    expect(branch).toBe('refreshIfExpiringOnStillValid');
    expect(context).toHaveProperty('accessToken.stale', true);
  });

  test('one that was taken out of the Flow is not gone to', async () => {
    const success = await run('getAccessToken', { connection: CONNECTION }, { children: ['getAccessTokenOnError'] });
    expect(success.branch).toBeUndefined();
    const error = await run('getAccessToken', {}, { children: [] });
    expect(error.branch).toBeUndefined();
    expect(error.context).toHaveProperty('accessToken.error.code', 'connection_missing');
  });
});

describe('a rejected token', () => {
  const FORMS = [
    'mine',
    'Bearer mine',
    'bearer  mine',
    '  Bearer mine ',
    'BEARER\tmine\r\n',
    'DPoP mine',
    'token mine',
    'Authorization: Bearer mine',
    '\u200bmine\ufeff',
    'Bearer\u00a0mine',
  ];

  test.each(FORMS)('%j is replaced', async (rejectedToken) => {
    const context = { [COPIES]: { accessToken: copyOf('mine', 5) } };
    const config = { connection: CONNECTION, rejectedToken };
    const { branch, context: written } = await run('refreshIfExpiring', config, { context });
    expect(branch).toBe('refreshIfExpiringOnRefreshed');
    expect(written).toHaveProperty('accessToken.access_token', 'token-1');
    expect(written).toHaveProperty([COPIES, 'accessToken', 'token', 'access_token'], 'token-1');
  });

  test.each(['another', '', '   ', 'Bearer ', null, 7])('%j is not that of the store, which is used', async (rejectedToken) => {
    await seed('shared', 5);
    const { branch } = await run('refreshIfExpiring', { ...SHARED, rejectedToken });
    expect(branch).toBe('refreshIfExpiringOnStillValid');
    expect(support.world.tokenRequests).toEqual([]);
  });

  test('reaches the store as a fingerprint only, and is not handed out again when nothing else can be had', async () => {
    await seed('shared', 5);
    refuse('invalid_client', 401);
    const sent: unknown[] = [];
    support.world.brokenStore = (request, timeoutMs) => {
      sent.push(request.body);
      return support.world.endpoint.transport(request, timeoutMs);
    };
    const { branch, context } = await run('refreshIfExpiring', { ...SHARED, rejectedToken: 'Bearer shared' });
    expect(branch).toBe('refreshIfExpiringOnError');
    expect(context).toStrictEqual({ accessToken: errorResult('invalid_client', 401) });
    expect(JSON.stringify(sent)).toContain(fingerprint('shared'));
    expect(JSON.stringify(sent)).not.toContain('"shared"');
  });
});

test('credentials go to the token endpoint, the secret to the store, and neither to the other', async () => {
  const bodies: string[] = [];
  support.world.brokenStore = (request, timeoutMs) => {
    bodies.push(JSON.stringify(request));
    return support.world.endpoint.transport(request, timeoutMs);
  };
  await run('getAccessToken', SHARED);
  expect(JSON.stringify(support.world.tokenRequests)).not.toContain(ENDPOINT_SECRET);
  expect(bodies).toHaveLength(2);
  for (const body of bodies) {
    expect(body).toContain(ENDPOINT_SECRET);
    expect(body).not.toContain(CLIENT_SECRET);
    expect(body).not.toContain(Buffer.from(`a-client:${CLIENT_SECRET}`).toString('base64'));
  }
});
