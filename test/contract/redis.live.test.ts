import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { describeWithRedis, RedisServer } from '../support/redis-server';
import { closeRedisStores, openRedisStore } from '../support/redis-stores';
import { START } from '../support/token-records';
import { describeChainKeeping } from './chain-keeping';
import { describeWrongClocks } from './clocks';
import { describeTokenStore } from './token-store';

const TRAITS = {
  keepsRefreshTokens: true,
  keepsOtherMembers: true,
  hasLeases: true,
  keepsFailures: true,
  isAtomic: true,
};

describeWithRedis('a real Redis server', () => {
  let server: RedisServer;
  let stores = 0;

  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(closeRedisStores);
  afterAll(() => server.close());

  describe.each<[string, string[]]>([
    ['plain records', []],
    ['encrypted records', ['canary-encryption-key-58d2']],
  ])('%s', (_, encryptionKeys) => {
    function makeStore() {
      const clock = new VirtualClock(START);
      const keyPrefix = `contract ${(stores += 1)}:`;
      const store = openRedisStore({ url: server.url, keyPrefix, encryptionKeys, now: () => clock.now() });
      return { store, clock, keyPrefix };
    }

    describeTokenStore('Redis', TRAITS, () => {
      const { store, clock, keyPrefix } = makeStore();
      const inspector = server.client();
      return {
        store,
        clock,
        damage: async (tokenName, value) => {
          await inspector.hset(`${keyPrefix}token:${tokenName}`, 'record', JSON.stringify(value));
        },
      };
    });

    describeChainKeeping('Redis', TRAITS, makeStore);

    describeWrongClocks('Redis', makeStore);
  });
});
