import type { ErrorCode } from '../../../src/errors';
import { expectTold } from '../../support/outcome-world';
import type { OutcomeWorld } from '../../support/outcome-world';

const REFRESH_TOKEN = 'canary-refresh-token-1';

/** The replies of Redis' source, and what becomes of them. All of them: test/stores/redis-answers.test.ts. */
const REPLIES: [reply: string, code: ErrorCode, message: RegExp, remedy: RegExp, becomes: 'waited for' | 'passed over' | 'final'][] = [
  ['ERR max number of clients reached', 'store_error', /as many clients as it admits/, /maxclients/, 'waited for'],
  ['LOADING Redis is loading the dataset in memory', 'store_error', /still loading its data/, /Wait until/, 'waited for'],
  ['OOM command not allowed when used memory', 'store_error', /no memory left/, /maxmemory/, 'passed over'],
  ['MASTERDOWN Link with MASTER is down', 'store_error', /lost its primary/, /primary/, 'passed over'],
  ['MOVED 1234 10.0.0.9:6379', 'store_error', /another server has the key \(MOVED\)/, /yes under "Cluster" .*redis\+cluster/, 'final'],
  ["CROSSSLOT Keys in request don't hash to the same slot", 'store_error', /not in one slot \(CROSSSLOT\)/, /another key prefix/, 'final'],
  ['ERR unknown command `EVALSHA`, with args beginning with: `canary`', 'store_error', /does not know a command of the store/, /rename-command/, 'final'],
  ['ERR DB index is out of range', 'store_error', /no database of that number/, /number at the end of the Redis URL/, 'final'],
  ['NOAUTH Authentication required.', 'store_refused', /refused the user or the password/, /percent-encoded/, 'final'],
  ['NOPERM this user has no permissions canary', 'store_refused', /refused the user or the password/, /key pattern/, 'final'],
];

/** What a node says of a Redis server that can't be used. */
export function testRedis(worldNow: () => OutcomeWorld): void {
  let world: OutcomeWorld;
  beforeEach(() => {
    world = worldNow();
  });

  describe.each(REPLIES)('a Redis server that answers "%s"', (reply, code, message, remedy, becomes) => {
    beforeEach(() => {
      world.redisReply = `-${reply}`;
    });

    test('is named, with a remedy of its own', async () => {
      const start = world.clock.now();
      const { result, sent } = await world.run(world.config('redis', { refreshToken: REFRESH_TOKEN }));
      expectTold(result.error, { code, message, remedy });
      expect(sent).toEqual([]);
      expect(world.clock.now() - start > 3000).toBe(becomes === 'waited for');
    });

    test('costs client credentials a warning, where that may pass', async () => {
      const { result, sent } = await world.run(world.config('redis'));
      expectTold(becomes === 'final' ? result.error : result.warning, { code, message, remedy });
      expect(sent).toHaveLength(becomes === 'final' ? 0 : 1);
    });
  });

  test('a Redis server that has started meanwhile is used', async () => {
    world.redisReply = '-LOADING Redis is loading the dataset in memory';
    world.clock.setTimeout(() => (world.redisReply = undefined), 2000);
    const { result } = await world.run(world.config('redis', { refreshToken: REFRESH_TOKEN }));
    expect(result).toMatchObject({ source: 'token_endpoint', refreshed: true });
    expect(result).not.toHaveProperty('warning');
  });

  test.each(['#', '/', '%', '?', '@', ' '])('a password with "%s" as it is in the URL: how to write it, and nothing of it', async (character) => {
    const redisConnection = { url: `redis://:canary${character}word@127.0.0.1:6379` };
    const { result } = await world.run({ ...world.config('redis'), redisConnection });
    expectTold(result.error, { code: 'url_malformed', message: /"Redis URL".*must be percent-encoded/, remedy: /rediss:\/\/user:password@redis\.example\.com/ });
  });
}
