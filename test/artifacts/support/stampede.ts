import type { StartSandboxOptions } from '../../../tools/sandbox';
import { ArtifactPlatform, ATOMIC_STORAGE } from '../../support/artifact-platform';
import type { ArtifactPlatformOptions, NodeOutcome } from '../../support/artifact-platform';

const LIFETIME_SECONDS = 3600;

/** Starts the platform that the executions run on. */
type StartPlatform = (options: ArtifactPlatformOptions) => Promise<ArtifactPlatform>;

interface Stampede {
  outcomes: NodeOutcome[];
  /** How many token requests the executions sent. */
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

/** Starts executions together when the stored token has expired. */
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
  // One of the tokens that were handed out is the stored one, so later executions use it.
  expect(tokens).toContain(`Bearer ${platform.record()?.token.access_token ?? 'nothing'}`);
  return tokens;
}

/** @param options how many executions, and how many of them run at the same time, each in a process of its own */
export function describeProcesses({ executions, processes }: { executions: number; processes: number }): void {
  describeStampedes('executions in a process each', (options) => ArtifactPlatform.start(options), () => {
    // If the storage shows a write at once, the lease is exclusive, however many executions run at the same time.
    test(`one token request serves ${executions} executions in a process each, where writes are seen at once`, async () => {
      const done = await stampede(executions, { ...ATOMIC_STORAGE, maxConcurrentExecutions: processes });
      const tokens = await expectAllServed(done);
      expect(done.tokenRequests).toBe(1);
      expect(tokens.size).toBe(1);
      expect(platform.record()?.version).toBe(2);
    });

    // Session storage is not atomic. Here others see a write 20 ms late, and the last one wins. Every execution that reads the
    // lease within those 20 ms finds it free. At most the first executions do, one in each process, because the storage has
    // the lease of one of them before any of them ends.
    test('at most the executions that run at the same time ask for a token, where writes are seen 20 ms late', async () => {
      const done = await stampede(executions, { sessionStorageWriteDelayMs: 20, maxConcurrentExecutions: processes });
      const tokens = await expectAllServed(done);
      expect(done.tokenRequests).toBeGreaterThanOrEqual(1);
      expect(done.tokenRequests).toBeLessThanOrEqual(processes);
      expect(tokens.size).toBeLessThanOrEqual(done.tokenRequests);
    });
  });
}

/** Executions in one process, all at the same time. @param executions how many */
export function describeCrowd(executions: number, start: StartPlatform): void {
  describeStampedes('executions in one process', start, () => {
    const crowd = { moduleState: 'kept', maxConcurrentExecutions: executions } as const;
    test(`one token request serves ${executions} executions, where writes are seen at once`, async () => {
      const done = await stampede(executions, { ...ATOMIC_STORAGE, ...crowd });
      const tokens = await expectAllServed(done);
      expect([done.tokenRequests, tokens.size, platform.record()?.version]).toEqual([1, 1, 2]);
    });

    // The worst case: all executions reach the store within a few of those 20 ms, so most of them find the lease free. The
    // extra token requests do no harm. After the first commit there are no more of them.
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

/** With a real authorization server, which detects the reuse of a refresh token. */
export function describeRotation(executions: number): void {
  describeStampedes('a rotating refresh token', (options) => ArtifactPlatform.start(options), () => {
    // A rotating refresh token must not be sent twice: the server treats that as theft and revokes the whole grant.
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
