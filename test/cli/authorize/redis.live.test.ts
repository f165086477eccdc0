import { boundTo, readTokenEndpointConfig } from '../../../src/oauth';
import { describeWithRedis, RedisServer } from '../../support/redis-server';
import { closeRedisStores, openRedisStore } from '../../support/redis-stores';
import { AuthorizeWorld, CANARIES, TOKEN_URL } from './support';

const PASSWORD = 'canary-redis-password-8d';
const KEY = 'canary-encryption-key-0123456789';

describeWithRedis('authorize with Redis', () => {
  let server: RedisServer;
  let world: AuthorizeWorld;

  beforeAll(async () => {
    server = await RedisServer.start({ password: PASSWORD });
  });
  afterEach(() => {
    for (const canary of [PASSWORD, KEY, ...Object.values(CANARIES)]) expect(world.out + world.err).not.toContain(canary);
    world.remove();
    closeRedisStores();
  });
  afterAll(() => server.close());

  function start(redisUrl: string): void {
    world = new AuthorizeWorld({}, { redisUrl: '${REDIS_URL}', keyPrefix: 'test:', encryptionKey: '${REDIS_KEY}' });
    world.env = { REDIS_URL: redisUrl, REDIS_KEY: KEY };
  }

  test('the tokens are there, encrypted, for the bots that use it', async () => {
    start(server.url);
    expect(await world.run()).toBe(0);
    const store = openRedisStore({ url: server.url, encryptionKeys: [KEY] });
    const bots = readTokenEndpointConfig({ tokenUrl: TOKEN_URL, clientId: 'a-client', clientSecret: 'b', scope: 'read' });
    expect((await store.read('accessToken')).record).toMatchObject({ token: { refresh_token: CANARIES.refreshToken }, boundTo: boundTo(bots), version: 1 });
    expect(world.out).toContain('The shared store has the new tokens');
  });

  test('a wrong password is told before anybody consents', async () => {
    start(server.url.replace(PASSWORD, 'another'));
    expect(await world.run()).toBe(1);
    expect(world.opened).toEqual([]);
  });
});
