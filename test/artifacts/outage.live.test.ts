import { ArtifactPlatform, nowInSeconds } from '../support/artifact-platform';
import type { NodeResult } from '../support/artifact-platform';
import { sleep } from '../support/sleep';

/** The lifetime that the percents below are of. */
const LIFETIME_SECONDS = 80;
const PAUSE_MS = 300;

interface Execution {
  /** When it began and when it ended, in percent of the stored token's lifetime. */
  from: number;
  to: number;
  branch: string | undefined;
  result: NodeResult;
  apiStatus: number | undefined;
}

let platform: ArtifactPlatform;
let timestamp: number;
let stored: { access_token: string };

/**
 * Starts with a stored token of some age, so that only the end of its life passes in real time. The server's own
 * tokens live hardly longer than what is left of it: an expired one is really refused.
 */
async function startAtAge(ageSeconds: number): Promise<void> {
  const accessTokenLifetimeSeconds = LIFETIME_SECONDS - ageSeconds + 2;
  platform = await ArtifactPlatform.start({ server: { accessTokenLifetimeSeconds } });
  const token = await platform.issueToken();
  timestamp = nowInSeconds() - ageSeconds;
  await platform.seed({ ...token, expires_in: LIFETIME_SECONDS }, timestamp);
  stored = token;
}
afterEach(() => platform.close());

/** How much of the stored token's lifetime has passed at a time, Unix milliseconds. */
function percentAt(ms: number): number {
  return ((ms / 1000 - timestamp) / LIFETIME_SECONDS) * 100;
}

function percentNow(): number {
  return percentAt(Date.now());
}

function timeOf(percent: number): number {
  return (timestamp + (LIFETIME_SECONDS * percent) / 100) * 1000;
}

async function sleepUntil(percent: number): Promise<void> {
  await sleep(Math.max(0, timeOf(percent) - Date.now()));
}

async function execute(config: object): Promise<Execution> {
  const from = percentNow();
  const { branch, result } = await platform.run('getAccessToken', config);
  const to = percentNow();
  const apiStatus = branch === 'OnSuccess' ? await platform.callApi(result) : undefined;
  return { from, to, branch, result, apiStatus };
}

test('a token endpoint that is down from 88 % to 97 % of a lifetime fails no execution', async () => {
  await startAtAge(69);
  const config = platform.sharedConfig();
  const outage = (async () => {
    await sleepUntil(88);
    await platform.server.setFault({ down: true });
    await sleepUntil(97);
    await platform.server.clearFault();
    return percentNow();
  })();
  const running: Promise<Execution>[] = [];
  while (percentNow() < 101) {
    running.push(execute(config));
    await sleep(PAUSE_MS);
  }
  const executions = await Promise.all(running);
  const backAt = await outage;

  expect(executions.length).toBeGreaterThan(10);
  expect(executions.map(({ branch }) => branch)).toEqual(executions.map(() => 'OnSuccess'));
  expect(executions.map(({ apiStatus }) => apiStatus)).toEqual(executions.map(() => 200));

  const during = executions.filter(({ from, to }) => from > 90 && to < 97);
  expect(during.length).toBeGreaterThan(2);
  for (const { result } of during) expect(result.access_token).toBe(stored.access_token);
  // Whoever comes while another execution is just trying gets the token without a warning.
  const stale = during.filter((execution) => execution.result.stale === true);
  expect(stale.length).toBeGreaterThan(0);
  for (const { result } of stale) expect(result.warning?.code).toBe('token_endpoint_unavailable');
  const early = executions.filter(({ to }) => to < 90);
  for (const { result } of early) expect(result).not.toHaveProperty('stale');

  const { tokenRequests } = await platform.server.stats();
  const tries = tokenRequests.slice(1).map(({ at, status }) => ({ percent: percentAt(at), status }));
  const good = tries.filter(({ status }) => status === 200);
  // The refresh happened when the server was back, and while the token was still valid. After it, nobody asked again.
  expect(good).toHaveLength(1);
  expect(good[0]?.percent).toBeGreaterThanOrEqual(Math.min(97, backAt));
  expect(good[0]?.percent).toBeLessThan(100);
  expect(tries.at(-1)).toBe(good[0]);
  // The outage is not made worse: about one try a second, however many executions there are.
  const failed = tries.filter(({ status }) => status === 503);
  expect(failed.length).toBeGreaterThanOrEqual(1);
  expect(failed.length).toBeLessThanOrEqual(8);
  for (const { percent } of failed) expect(percent).toBeGreaterThanOrEqual(90);
  expect(executions.filter(({ result }) => result.refreshed)).toHaveLength(1);
  expect(executions.at(-1)?.result).not.toHaveProperty('stale');
});

test('down past expiry: the error branch with code, message and remedy; back again: success', async () => {
  await startAtAge(77);
  const config = platform.sharedConfig();
  await platform.server.setFault({ down: true });
  await sleepUntil(97);
  expect((await execute(config)).result).toMatchObject({ access_token: stored.access_token, stale: true });

  await sleepUntil(100);
  const expired = await execute(config);
  expect(expired.branch).toBe('OnError');
  expect(expired.result).toEqual({
    error: {
      code: 'token_endpoint_unavailable',
      message: expect.stringMatching(/HTTP 503|token_endpoint_unavailable/) as string,
      remedy: expect.stringMatching(/\w+/) as string,
      ...(expired.result.error?.status === undefined ? {} : { status: 503 }),
    },
  });

  await platform.server.clearFault();
  // The note of the failure keeps the next try away for a few seconds at most.
  let back = await execute(config);
  for (const start = Date.now(); back.branch !== 'OnSuccess' && Date.now() - start < 12_000; ) {
    expect(back.result.error?.code).toBe('token_endpoint_unavailable');
    await sleep(PAUSE_MS);
    back = await execute(config);
  }
  expect(back).toMatchObject({ branch: 'OnSuccess', apiStatus: 200 });
  expect(back.result).toMatchObject({ refreshed: true, source: 'token_endpoint' });
  await platform.storageSettled();
  expect(platform.record()).toMatchObject({ token: { access_token: back.result.access_token }, version: 2 });
});
