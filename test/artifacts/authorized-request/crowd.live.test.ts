import { ATOMIC_STORAGE } from '../../support/artifact-platform';
import { InProcessPlatform } from '../../support/in-process-platform';

const CONVERSATIONS = 50;

// With the Endpoint store and a real HTTP client; with Redis in `stores.test.ts`.
test('50 executions at once meet a revoked token: one refresh, 50 answers', async () => {
  const platform = await InProcessPlatform.start({
    sandbox: { moduleState: 'kept', ...ATOMIC_STORAGE, maxConcurrentExecutions: CONVERSATIONS },
    server: { accessTokenLifetimeSeconds: 600 },
  });
  try {
    const config = platform.sharedConfig({ url: platform.server.apiUrl });
    const contexts: object[] = Array.from({ length: CONVERSATIONS }, () => ({}));
    const callFromAll = async () => {
      const outcomes = await Promise.all(contexts.map((context) => platform.run('authorizedRequest', config, { context })));
      outcomes.forEach(({ execution }, index) => (contexts[index] = execution.context));
      await platform.storageSettled();
      return outcomes.map(({ branch, execution }) => ({ branch, ...(execution.context['apiResponse'] as { status: number; retried: boolean; token: { refreshed: boolean } }) }));
    };
    // One of them fetches it, so that it is the same for all.
    await platform.run('authorizedRequest', config);
    await platform.storageSettled();
    expect((await callFromAll()).map(({ branch, retried }) => [branch, retried])).toEqual(contexts.map(() => ['OnSuccess', false]));
    expect(await platform.tokenRequests()).toBe(1);

    await platform.server.revokeAll();
    platform.server.holdTokensUntilRefused(CONVERSATIONS);
    const met = await callFromAll();
    expect(met.map(({ branch, status, retried }) => [branch, status, retried])).toEqual(contexts.map(() => ['OnSuccess', 200, true]));
    expect(await platform.tokenRequests()).toBe(2);
    expect(met.filter(({ token }) => token.refreshed)).toHaveLength(1);
  } finally {
    await platform.close();
  }
});
