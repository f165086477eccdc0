import type { StartSandboxOptions } from '../../../src/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE, nowInSeconds } from '../../support/artifact-platform';
import type { NodeOutcome } from '../../support/artifact-platform';

/** At the same moment, in one process. */
const EXECUTIONS = 100;
/** That run beside one another, where each execution has one. */
const PROCESSES = 8;
const LIFETIME_SECONDS = 3600;

interface Stampede {
  outcomes: NodeOutcome[];
  /** Those that the executions sent. */
  tokenRequests: number;
}

let platform: ArtifactPlatform;

/** Executions that start together on a token that expired in the store. */
async function stampede(executions: number, sandbox: StartSandboxOptions): Promise<Stampede> {
  platform = await ArtifactPlatform.start({ sandbox, server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } });
  const config = platform.sharedConfig();
  await platform.seed(await platform.issueToken(), nowInSeconds() - LIFETIME_SECONDS - 1);
  const before = await platform.tokenRequests();
  const runs = Array.from({ length: executions }, () => platform.run('getAccessToken', config));
  const outcomes = await Promise.all(runs);
  await platform.storageSettled();
  return { outcomes, tokenRequests: (await platform.tokenRequests()) - before };
}

async function expectAllServed({ outcomes }: Stampede): Promise<Set<string>> {
  expect(outcomes.map(({ branch, result }) => result.error?.code ?? branch)).toEqual(
    outcomes.map(() => 'OnSuccess'),
  );
  expect(outcomes.filter(({ execution }) => execution.extensionError ?? execution.apiCalls > 5)).toEqual([]);
  const tokens = new Set(outcomes.map(({ result }) => result.authorization));
  for (const authorization of tokens) expect(await platform.callApi({ authorization })).toBe(200);
  // Whoever came later than the others took over what was stored, and one more asks nobody.
  expect(tokens).toContain(`Bearer ${platform.record()?.token.access_token ?? 'nothing'}`);
  return tokens;
}

/** @param inProcesses how many executions have a process of their own each */
export function describeStampede(inProcesses: number): void {
  afterEach(() => platform.close());

  // With storage that shows a write at once the lease is a real one, however much happens at the same time.
  test.each<[number, string, StartSandboxOptions]>([
    [inProcesses, 'in a process each', { maxConcurrentExecutions: PROCESSES }],
    [EXECUTIONS, 'in one process, really all at once', { moduleState: 'kept', maxConcurrentExecutions: EXECUTIONS }],
  ])('one token request serves %d executions %s, where writes are seen at once', async (executions, _, options) => {
    const done = await stampede(executions, { ...ATOMIC_STORAGE, ...options });
    const tokens = await expectAllServed(done);
    expect(done.tokenRequests).toBe(1);
    expect(tokens.size).toBe(1);
    expect(platform.record()?.version).toBe(2);
  });

  // Session storage promises no atomicity: here a write is seen by others 20 ms late, and the last one wins. Every
  // execution that reads the lease within those 20 ms finds it free. With 8 processes at a time that is at most the
  // first 8: the lease of one of them is in the storage before any of them is done.
  test('at most the executions that run at the same time ask for a token, where writes are seen 20 ms late', async () => {
    const done = await stampede(inProcesses, { sessionStorageWriteDelayMs: 20, maxConcurrentExecutions: PROCESSES });
    const tokens = await expectAllServed(done);
    expect(done.tokenRequests).toBeGreaterThanOrEqual(1);
    expect(done.tokenRequests).toBeLessThanOrEqual(PROCESSES);
    expect(tokens.size).toBeLessThanOrEqual(done.tokenRequests);
  });

  // The harshest case: all 100 reach the store within a few of those 20 ms, so most of them find the lease free. The
  // extra requests cost nothing but themselves, and end with the first commit: the next 100 send none.
  test('nobody fails where all 100 find the lease free, and the next 100 send no token request', async () => {
    const done = await stampede(EXECUTIONS, {
      sessionStorageWriteDelayMs: 20,
      moduleState: 'kept',
      maxConcurrentExecutions: EXECUTIONS,
    });
    await expectAllServed(done);
    const before = await platform.tokenRequests();
    const config = platform.sharedConfig();
    const next = await Promise.all(Array.from({ length: EXECUTIONS }, () => platform.run('getAccessToken', config)));
    expect(new Set(next.map(({ result }) => result.source))).toEqual(new Set(['store']));
    expect(await platform.tokenRequests()).toBe(before);
  });

  // A refresh token that rotates must not be sent twice: the server takes that for theft and ends the whole grant.
  test('a rotating refresh token is used once by 20 executions, where writes are seen at once', async () => {
    const sandbox = { ...ATOMIC_STORAGE, moduleState: 'kept' as const, maxConcurrentExecutions: 20 };
    platform = await ArtifactPlatform.start({ sandbox, server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } });
    const connection = platform.connection({ refreshToken: await platform.server.issueRefreshToken() });
    const config = platform.sharedConfig({ connection });
    const { result: old } = await platform.run('getAccessToken', config);
    await platform.storageSettled();
    const rejected = { ...config, rejectedToken: old.access_token };
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => platform.run('refreshIfExpiring', rejected)));
    await platform.storageSettled();
    const { tokenRequests, reuseDetections } = await platform.server.stats();
    expect(tokenRequests.map(({ grantType, status }) => [grantType, status])).toEqual([
      ['refresh_token', 200],
      ['refresh_token', 200],
    ]);
    expect(reuseDetections).toBe(0);
    expect(new Set(outcomes.map(({ result }) => result.access_token))).toEqual(
      new Set([platform.record()?.token.access_token]),
    );
  });
}
