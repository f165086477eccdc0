import * as support from './support';

const { CLIENT_SECRET, CONNECTION, COPIES, errorResult, run, seed, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

describe('whatever comes in, the node does not throw', () => {
  test.each(['getAccessToken', 'refreshIfExpiring'])('%s without a config, a context or branches', async (type) => {
    for (const config of [{}, null, undefined]) {
      for (const context of [{}, null]) {
        const { context: written } = await run(type, config, { context, children: null });
        expect(written).toStrictEqual({ accessToken: errorResult('connection_missing') });
      }
    }
  });

  test('members that are null count as left out', async () => {
    const keys = ['store', 'endpointConnection', 'tokenName', 'refreshPercent', 'reuseInConversation', 'rejectedToken'];
    const more = ['storeLocation', 'contextKey', 'inputKey', 'defaultLifetimeSeconds', 'allowInsecure'];
    const nothing = Object.fromEntries([...keys, ...more].map((key) => [key, null]));
    const { branch, context } = await run('refreshIfExpiring', { ...nothing, connection: CONNECTION });
    expect(branch).toBe('refreshIfExpiringOnRefreshed');
    expect(context).toHaveProperty([COPIES, 'accessToken']);
    await seed('shared', 1);
    const shared = await run('refreshIfExpiring', { ...nothing, ...SHARED });
    expect(shared.context).toHaveProperty([COPIES, 'accessToken', 'token', 'access_token'], 'shared');
  });

  test.each([
    ['connection', 'text', 'connection_missing'],
    ['connection', {}, 'url_missing'],
    ['connection', { ...CONNECTION, clientId: 5 }, 'client_id_missing'],
    ['connection', { ...CONNECTION, clientSecret: '' }, 'client_secret_missing'],
    ['endpointConnection', null, 'connection_missing'],
    ['endpointConnection', {}, 'endpoint_secret_missing'],
    ['endpointConnection', { endpointSecret: 'x' }, 'url_missing'],
    ['endpointConnection', { endpointSecret: ['x'], url: 1 }, 'endpoint_secret_missing'],
    ['endpointConnection', { endpointSecret: 'x', url: 1 }, 'url_malformed'],
    ['store', 'redis', 'connection_missing'],
    ['store', 'mongo', 'store_invalid'],
    ['store', 7, 'store_invalid'],
    ['tokenName', '', 'token_name_invalid'],
    ['tokenName', 'x'.repeat(201), 'token_name_invalid'],
    ['tokenName', ['a'], 'token_name_invalid'],
    ['refreshPercent', 0, 'refresh_percent_invalid'],
    ['refreshPercent', 100, 'refresh_percent_invalid'],
    ['refreshPercent', 'abc', 'refresh_percent_invalid'],
    ['refreshPercent', {}, 'refresh_percent_invalid'],
    ['defaultLifetimeSeconds', -1, 'default_lifetime_invalid'],
  ] as const)('%s %j: %s, and no request', async (key, value, code) => {
    const { context } = await run('getAccessToken', { ...SHARED, [key]: value });
    expect(context).toStrictEqual({ accessToken: errorResult(code) });
    expect(support.world.tokenRequests).toEqual([]);
    expect(support.world.storeRequests).toBe(0);
  });

  test('"http:" to a remote host only with "allow insecure"', async () => {
    const connection = { ...CONNECTION, tokenUrl: 'http://login.example.com/token' };
    expect((await run('getAccessToken', { connection })).context).toStrictEqual({
      accessToken: errorResult('insecure_url'),
    });
    const allowed = await run('getAccessToken', { connection, allowInsecure: true });
    expect(allowed.context).toStrictEqual({ accessToken: errorResult('token_endpoint_unreachable') });
  });

  test('a foreign error is not shown', async () => {
    support.world.answer = () => {
      throw Object.assign(new Error(`${CLIENT_SECRET} in a message`), { config: { auth: CLIENT_SECRET } });
    };
    const { context, logs } = await run('getAccessToken', { connection: CONNECTION });
    expect(context).toStrictEqual({ accessToken: errorResult('token_endpoint_unreachable') });
    expect(logs).toHaveLength(1);
  });
});
