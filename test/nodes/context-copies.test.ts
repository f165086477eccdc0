import { recordOf, START } from '../support/token-records';
import * as support from './support';

const { CONNECTION, COPIES, copyOf, REFRESH_TOKEN, run, seed, SHARED, START_SECONDS } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

describe("the conversation's copies", () => {
  test('hold what is needed to hand the token out again, and no refresh token', async () => {
    support.world.answer = () => support.world.issue({ refresh_token: REFRESH_TOKEN, id_token: 'secret too', scope: 'read' });
    const shared = { ...SHARED, connection: { ...CONNECTION, refreshToken: REFRESH_TOKEN } };
    for (const config of [shared, { connection: CONNECTION }]) {
      const { context } = await run('getAccessToken', { ...config, tokenName: config === shared ? 'one' : 'two' });
      expect(Object.values(context[COPIES] as object)).toEqual([
        {
          token: { access_token: expect.any(String) as string, token_type: 'Bearer', expires_in: 100, scope: 'read' },
          timestamp: START_SECONDS,
          version: 1,
          grant: config === shared ? 'refresh_token' : 'client_credentials',
          boundTo: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        },
      ]);
    }
    // The store got it, the conversation didn't.
    const { body } = await support.world.endpoint.operate({ op: 'read', tokenName: 'one' });
    expect(JSON.stringify(body)).toContain(REFRESH_TOKEN);
  });

  test("a connection's refresh token, and a rotated one, stay out of everything", async () => {
    support.world.answer = () => support.world.issue({ refresh_token: `${REFRESH_TOKEN}-rotated` });
    const connection = { ...CONNECTION, refreshToken: REFRESH_TOKEN };
    const { context, logs } = await run('getAccessToken', { connection });
    expect(context).toHaveProperty('accessToken.warning.code', 'refresh_token_not_kept');
    expect(context).not.toHaveProperty('accessToken.stale');
    expect(logs).toEqual([['warn', expect.stringContaining('refresh_token_not_kept') as string]]);
    expect(support.world.tokenRequests[0]?.body).toContain(`refresh_token=${REFRESH_TOKEN}`);
  });

  test('that have expired are thrown out when one is written, the others stay', async () => {
    const context = { [COPIES]: { gone: copyOf('gone', 100), other: copyOf('other', 99), broken: { token: 1 } } };
    const written = (await run('getAccessToken', { connection: CONNECTION }, { context })).context[COPIES];
    expect(Object.keys(written as object).sort()).toEqual(['accessToken', 'other']);
    expect(written).toHaveProperty('other', context[COPIES].other);
  });

  test('are neither read nor written where the conversation is not to reuse them', async () => {
    await seed('shared', 1);
    const context = { [COPIES]: { accessToken: copyOf('mine', 5) } };
    const result = await run('getAccessToken', { ...SHARED, reuseInConversation: false }, { context });
    expect(result.context).toEqual({ accessToken: expect.objectContaining({ access_token: 'shared' }) as unknown });
    expect(support.world.storeRequests).toBe(1);
  });

  test('are used all the same where there is no other store', async () => {
    const context = { [COPIES]: { accessToken: copyOf('mine', 5) } };
    const config = { connection: CONNECTION, reuseInConversation: false };
    expect((await run('getAccessToken', config, { context })).context).toHaveProperty('accessToken.access_token', 'mine');
  });

  test.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'token'],
    ['a list', ['token', null]],
    ['a number for a copy', { accessToken: 5 }],
    ['a copy without a token', { accessToken: { timestamp: START_SECONDS, version: 1 } }],
    ['a copy without a timestamp', { accessToken: { token: { access_token: 'x', token_type: 'Bearer', expires_in: 9 } } }],
    ['a copy from the future that never ends', { accessToken: { ...copyOf('x', 0), timestamp: 'Infinity' } }],
    ['a copy with a lifetime of null', { accessToken: { ...recordOf('x', START, { expires_in: null as never }), version: 1 } }],
  ])('that are damaged count as missing: %s', async (_, copies) => {
    const { branch, context } = await run('getAccessToken', { connection: CONNECTION }, { context: { [COPIES]: copies } });
    expect(branch).toBe('getAccessTokenOnSuccess');
    expect(context).toHaveProperty('accessToken.access_token', 'token-1');
    expect(Object.keys(context[COPIES] as object)).toEqual(['accessToken']);
  });

  test('of a token named like something every object has', async () => {
    for (const tokenName of ['__proto__', 'constructor', 'toString']) {
      const config = { connection: CONNECTION, tokenName };
      const { context } = await run('getAccessToken', config);
      expect(context).toHaveProperty('accessToken.source', 'token_endpoint');
      const again = await run('getAccessToken', config, { context });
      expect(again.context).toHaveProperty('accessToken.source', 'conversation');
    }
    expect({}).not.toHaveProperty('token');
  });

  test('that is large takes no room from the others, and bytes are what counts', async () => {
    const large = { ...copyOf('x'.repeat(20_500), 0), token: { access_token: 'x', token_type: 'Bearer', expires_in: 100, ext: '€'.repeat(20_500) } };
    const small = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`small ${index}`, copyOf(`token ${index}`, 0)]));
    const written = (await run('getAccessToken', { connection: CONNECTION }, { context: { [COPIES]: { ...small, large } } })).context[COPIES] as object;
    expect(Object.keys(written).sort()).toEqual(['accessToken', ...Object.keys(small)].sort());
    // Alone it has room, as long as it is within what the platform takes.
    const fits = { ...large, token: { ...large.token, ext: '€'.repeat(19_000) } };
    const kept = (await run('getAccessToken', { connection: CONNECTION }, { context: { [COPIES]: { fits } } })).context[COPIES] as object;
    expect(Object.keys(kept).sort()).toEqual(['accessToken', 'fits']);
    expect(Buffer.byteLength(JSON.stringify(kept))).toBeLessThanOrEqual(62 * 1024);
  });
});
