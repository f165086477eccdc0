import { ArtifactPlatform } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { LoopbackServer } from '../support/loopback-server';
import { RedisPair } from '../support/redis-pair';
import { describeWithRedis } from '../support/redis-server';
import { describeExpiryRace } from './support/expiry-race';

// test/soak/redis-race.soak.test.ts plays more of it.
describeExpiryRace({ workers: 4, executions: 25, expiries: 1, servers: 'a cluster of three masters' });

describeExpiryRace({
  workers: 4,
  executions: 25,
  expiries: 1,
  servers: 'a primary and Sentinels',
  disturbances: [{ what: 'failOver', isBeforeCommit: true }],
});

describeWithRedis('a fail-over behind an address that stays, while a refresh token is spent', () => {
  let platform: ArtifactPlatform;
  let pair: RedisPair;
  let tokenEndpoint: LoopbackServer;
  let issued = 0;

  beforeAll(async () => {
    [platform, pair, tokenEndpoint] = await Promise.all([ArtifactPlatform.start(), RedisPair.start(), LoopbackServer.start()]);
  });
  afterAll(() => Promise.all([platform.close(), pair.close(), tokenEndpoint.stop()]));

  /** Something happens when the token endpoint has taken the refresh token, and before it answers with the next one. */
  async function refreshDuring(tokenName: string, happening: () => Promise<void>): Promise<{ outcome: NodeOutcome; next: () => Promise<NodeOutcome> }> {
    tokenEndpoint.answer = (response) => {
      issued += 1;
      const token = { access_token: `access ${issued}`, refresh_token: `refresh ${issued}`, token_type: 'Bearer', expires_in: 3600 };
      void happening().then(() => response.end(JSON.stringify(token)));
    };
    const { sandbox } = platform;
    const redisConnection = { connectionId: sandbox.createConnection({ type: 'accessTokenStoreRedis', fields: { url: `redis://127.0.0.1:${pair.proxy.port}` } }) };
    const connection = platform.connection({ tokenUrl: `${tokenEndpoint.url}/token`, refreshToken: 'refresh 0' });
    const run = () => platform.run('getAccessToken', { connection, store: 'redis', redisConnection, tokenName });
    return { outcome: await run(), next: run };
  }

  const warningOf = ({ result }: NodeOutcome) => result.warning?.code;
  const storedAt = async (node: RedisPair['master'], tokenName: string) => (await node.admin.hget(`access-token:token:${tokenName}`, 'record')) ?? '';

  test.each(['failOver', 'promote'] as const)('%s: the next refresh token is where bots will look for it', async (what) => {
    const before = issued;
    const { outcome, next } = await refreshDuring(what, () => pair[what]());
    expect(outcome).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true } });
    expect(await storedAt(pair.master, what)).toContain(`"refresh_token":"refresh ${issued}"`);
    // It is there, but this one may have no replica by now.
    expect([undefined, 'commit_not_replicated']).toContain(warningOf(outcome));
    expect((await next()).result).toMatchObject({ source: 'store', access_token: outcome.result.access_token });
    expect(issued).toBe(before + 1);
    if (what === 'promote') await pair.demote();
  });

  test('a replica that confirms nothing: the result warns that the token may be lost', async () => {
    const { outcome } = await refreshDuring('paused', async () => pair.replica.server.pause());
    pair.replica.server.resume();
    expect(outcome).toMatchObject({ branch: 'OnSuccess', result: { refreshed: true, warning: { code: 'commit_not_replicated' } } });
    await pair.untilFollowing();
    const { outcome: confirmed } = await refreshDuring('followed', async () => undefined);
    expect(confirmed.branch).toBe('OnSuccess');
    expect(confirmed.result).not.toHaveProperty('warning');
  });
});
