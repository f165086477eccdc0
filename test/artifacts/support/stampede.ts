import type { StartSandboxOptions } from '../../../tools/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../../support/artifact-platform';
import type { ArtifactPlatformOptions, NodeOutcome } from '../../support/artifact-platform';

const LIFETIME_SECONDS = 3600;

/** What the executions run on. */
type StartPlatform = (options: ArtifactPlatformOptions) => Promise<ArtifactPlatform>;

interface Stampede {
  outcomes: NodeOutcome[];
  /** Those that the executions sent. */
  tokenRequests: number;
}

let platform: ArtifactPlatform;
let startPlatform: StartPlatform;

function describeStampedes(name: string, start: StartPlatform, tests: () => void): void {
  describe(name, () => {
    beforeAll(() => {
      startPlatform = start;
    });
    afterEach(() => platform.close());
    tests();
  });
}

/** Executions that start together on a token that expired in the store. */
async function stampede(executions: number, sandbox: StartSandboxOptions): Promise<Stampede> {
  platform = await startPlatform({ sandbox, server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } });
  const config = platform.sharedConfig();
  await platform.seed(await platform.issueToken(), platform.nowInSeconds - LIFETIME_SECONDS - 1);
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

/** @param options how many executions, and how many of them run beside one another, each in a process of its own */
export function describeProcesses({ executions, processes }: { executions: number; processes: number }): void {
  describeStampedes('executions in a process each', (options) => ArtifactPlatform.start(options), () => {
    // With storage that shows a write at once the lease is a real one, however much happens at the same time.
    test(`one token request serves ${executions} executions in a process each, where writes are seen at once`, async () => {
      const done = await stampede(executions, { ...ATOMIC_STORAGE, maxConcurrentExecutions: processes });
      const tokens = await expectAllServed(done);
      expect(done.tokenRequests).toBe(1);
      expect(tokens.size).toBe(1);
      expect(platform.record()?.version).toBe(2);
    });

    // Session storage promises no atomicity: here a write is seen by others 20 ms late, and the last one wins. Every
    // execution that reads the lease within those 20 ms finds it free. These are at most the first ones, as many as
    // there are processes: the lease of one of them is in the storage before any of them is done.
    test('at most the executions that run at the same time ask for a token, where writes are seen 20 ms late', async () => {
      const done = await stampede(executions, { sessionStorageWriteDelayMs: 20, maxConcurrentExecutions: processes });
      const tokens = await expectAllServed(done);
      expect(done.tokenRequests).toBeGreaterThanOrEqual(1);
      expect(done.tokenRequests).toBeLessThanOrEqual(processes);
      expect(tokens.size).toBeLessThanOrEqual(done.tokenRequests);
    });
  });
}

/** Executions in one process, really all at once. @param executions how many */
export function describeCrowd(executions: number, start: StartPlatform): void {
  describeStampedes('executions in one process', start, () => {
    const crowd = { moduleState: 'kept', maxConcurrentExecutions: executions } as const;
    test(`one token request serves ${executions} executions, where writes are seen at once`, async () => {
      const done = await stampede(executions, { ...ATOMIC_STORAGE, ...crowd });
      const tokens = await expectAllServed(done);
      expect([done.tokenRequests, tokens.size, platform.record()?.version]).toEqual([1, 1, 2]);
    });

    // The harshest case: all reach the store within a few of those 20 ms, so most of them find the lease free. The
    // extra requests cost nothing but themselves, and end with the first commit: the next ones send none.
    test(`nobody fails where all ${executions} find the lease free, and the next ${executions} send no token request`, async () => {
      const done = await stampede(executions, { ...crowd, sessionStorageWriteDelayMs: 20 });
      await expectAllServed(done);
      const before = await platform.tokenRequests();
      const config = platform.sharedConfig();
      const next = await Promise.all(Array.from({ length: executions }, () => platform.run('getAccessToken', config)));
      expect(new Set(next.map(({ result }) => result.source))).toEqual(new Set(['store']));
      expect(await platform.tokenRequests()).toBe(before);
    });
  });
}

/** With a real authorization server, which knows a refresh token that is used twice. */
export function describeRotation(executions: number): void {
  describeStampedes('a rotating refresh token', (options) => ArtifactPlatform.start(options), () => {
    // A refresh token that rotates must not be sent twice: the server takes that for theft and ends the whole grant.
    test(`a rotating refresh token is used once by ${executions} executions, where writes are seen at once`, async () => {
      const sandbox = { ...ATOMIC_STORAGE, moduleState: 'kept' as const, maxConcurrentExecutions: executions };
      platform = await startPlatform({ sandbox, server: { accessTokenLifetimeSeconds: LIFETIME_SECONDS } });
      const connection = platform.connection({ refreshToken: await platform.server.issueRefreshToken() });
      const config = platform.sharedConfig({ connection });
      const { result: old } = await platform.run('getAccessToken', config);
      await platform.storageSettled();
      const rejected = { ...config, rejectedToken: old.access_token };
      const outcomes = await Promise.all(Array.from({ length: executions }, () => platform.run('refreshIfExpiring', rejected)));
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
  });
}
