import { ArtifactPlatform } from '../support/artifact-platform';
import type { NodeOutcome } from '../support/artifact-platform';
import { REDIS_KINDS } from '../support/redis-places';
import type { RedisPlace } from '../support/redis-places';
import { describeWithProgram } from '../support/redis-program';

const ENCRYPTION_KEY = 'canary-encryption-key-5d20';
const CONVERSATIONS = 4;

// What a node does with its store is tested elsewhere. Here it is each kind of Redis that has to do it all.
let platform: ArtifactPlatform;

beforeAll(async () => {
  platform = await ArtifactPlatform.start({ server: { accessTokenLifetimeSeconds: 3600 } });
});
afterAll(() => platform.close());

const keyOf = (tokenName: string) => `access-token:token:${tokenName}`;

describe.each(REDIS_KINDS)('$name', ({ name, program, start }) => {
  describeWithProgram(program, name, () => {
    let place: RedisPlace;
    let common: object;

    beforeAll(async () => {
      place = await start();
      const { fields, certificates } = place;
      const createConnection = (type: string, values: Record<string, string>) => ({ connectionId: platform.sandbox.createConnection({ type, fields: values }) });
      common = {
        store: 'redis',
        connection: platform.connection({ refreshToken: await platform.server.issueRefreshToken() }),
        redisConnection: createConnection('accessTokenStoreRedis', { ...fields, encryptionKey: ENCRYPTION_KEY }),
        ...(certificates === undefined ? {} : { tlsConnection: createConnection('tlsCertificates', certificates) }),
      };
    });
    afterAll(() => place.close());

    async function run(type: string, settings: object, start: object = {}): Promise<NodeOutcome> {
      const outcome = await platform.run(type, { ...common, ...settings }, start);
      expect(outcome.execution.extensionError).toBeUndefined();
      expect(outcome.execution.apiCalls).toBeLessThanOrEqual(5);
      for (const secret of [...place.secrets, ENCRYPTION_KEY]) expect(JSON.stringify(outcome.execution)).not.toContain(secret);
      return outcome;
    }

    async function storedIn(tokenName: string): Promise<Record<string, string>> {
      return (await place.clientFor(keyOf(tokenName))).hgetall(keyOf(tokenName));
    }

    test('one conversation of several refreshes, the others get that token, and it is forgotten', async () => {
      const before = await platform.tokenRequests();
      const outcomes = await Promise.all(Array.from({ length: CONVERSATIONS }, () => run('getAccessToken', {})));
      expect(outcomes.map(({ branch, result }) => [branch, result.warning])).toEqual(Array(CONVERSATIONS).fill(['OnSuccess', undefined]));
      expect(new Set(outcomes.map(({ result }) => result.access_token)).size).toBe(1);
      expect(await platform.tokenRequests()).toBe(before + 1);
      expect(outcomes.filter(({ result }) => result.refreshed)).toHaveLength(1);
      expect(await storedIn('accessToken')).toMatchObject({ version: '1', record: expect.stringMatching(/^access-token-1\./) as string });

      const late = await run('getAccessToken', {});
      expect(late.result).toMatchObject({ source: 'store', refreshed: false });
      expect(await platform.callApi(late.result)).toBe(200);
      const refreshed = await run('refreshIfExpiring', { refreshPercent: 1, tokenName: 'accessToken' });
      expect(refreshed).toMatchObject({ branch: 'OnStillValid' });
      const forgotten = await run('forgetToken', {}, late.execution);
      expect(forgotten.result).toMatchObject({ forgotten: true });
      expect(await storedIn('accessToken')).not.toHaveProperty('record');
    });

    test('a failure is known to the next conversation', async () => {
      const settings = { tokenName: 'refused', connection: platform.connection({ clientSecret: 'wrong' }) };
      const first = await run('getAccessToken', settings);
      expect(first).toMatchObject({ branch: 'OnError', result: { error: { code: 'invalid_client' } } });
      expect(await storedIn('refused')).toHaveProperty('failure');
      const asked = await platform.tokenRequests();
      expect(await run('getAccessToken', settings)).toMatchObject({ branch: 'OnError', result: { error: { code: 'invalid_client' } } });
      expect(await platform.tokenRequests()).toBe(asked);
    });
  });
});
