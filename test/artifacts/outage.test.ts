import { VirtualPlatform } from '../support/virtual-platform';
import type { VirtualOutcome } from '../support/virtual-platform';
import { inVirtualTime, sleepOn } from '../support/virtual-time';

const LIFETIME_SECONDS = 80;
/** The seeded token's; those of the token endpoint have other names. */
const SEEDED = 'canary-access-token-seeded';
/** Between two executions, milliseconds. */
const PAUSE_MS = 300;

interface Execution extends VirtualOutcome {
  /** When it began and when it ended, in percent of the stored token's lifetime. */
  from: number;
  to: number;
  apiStatus: number | undefined;
}

let platform: VirtualPlatform;
/** When the stored token was issued, Unix milliseconds. */
let issuedAt: number;

/** @param percent of the stored token's life that is over */
async function startAt(percent: number): Promise<void> {
  platform = new VirtualPlatform({ lifetime: LIFETIME_SECONDS });
  issuedAt = platform.clock.now() - percent * LIFETIME_SECONDS * 10;
  await platform.seed(LIFETIME_SECONDS, issuedAt / 1000);
}
afterEach(() => platform.close());

function percentAt(ms: number): number {
  return (ms - issuedAt) / (LIFETIME_SECONDS * 10);
}

function percentNow(): number {
  return percentAt(platform.clock.now());
}

function advanceTo(percent: number): Promise<void> {
  return platform.clock.advanceTo(issuedAt + percent * LIFETIME_SECONDS * 10);
}

async function execute(): Promise<Execution> {
  const from = percentNow();
  const outcome = await platform.execute('getAccessToken');
  const to = percentNow();
  return { ...outcome, from, to, apiStatus: outcome.branch === 'OnSuccess' ? platform.callApi(outcome.result) : undefined };
}

function executeNow(): Promise<Execution> {
  return inVirtualTime(platform.clock, execute());
}

test('a token endpoint that is down from 88 % to 97 % of a lifetime fails no execution', async () => {
  await startAt(86);
  const running: Promise<Execution>[] = [];
  const traffic = (async () => {
    while (percentNow() < 101) {
      running.push(execute());
      await sleepOn(platform.clock)(PAUSE_MS);
    }
  })();
  await advanceTo(88);
  platform.isDown = true;
  await advanceTo(97);
  platform.isDown = false;
  await advanceTo(120);
  await traffic;
  const executions = await Promise.all(running);

  expect(executions.length).toBeGreaterThan(35);
  expect(executions.map(({ branch }) => branch)).toEqual(executions.map(() => 'OnSuccess'));
  expect(executions.map(({ apiStatus }) => apiStatus)).toEqual(executions.map(() => 200));

  const during = executions.filter(({ from, to }) => from > 90 && to < 97);
  expect(during.length).toBeGreaterThan(10);
  for (const { result } of during) expect(result.access_token).toBe(SEEDED);
  // Whoever comes while another execution is just trying gets the token without a warning.
  const stale = during.filter((execution) => execution.result.stale === true);
  expect(stale.length).toBeGreaterThan(0);
  for (const { result } of stale) expect(result.warning?.code).toBe('token_endpoint_unavailable');
  const early = executions.filter(({ to }) => to < 90);
  for (const { result } of early) expect(result).not.toHaveProperty('stale');

  // The refresh happened when the server was back, and while the token was still valid. After it, nobody asked again.
  expect(platform.refreshes).toHaveLength(1);
  const refreshedAt = percentAt(platform.refreshes[0]?.at ?? NaN);
  expect(refreshedAt).toBeGreaterThanOrEqual(97);
  expect(refreshedAt).toBeLessThan(100);
  // The outage is not made worse: about one try a second, however many executions there are.
  const refused = platform.refused.map(percentAt);
  expect(refused.length).toBeGreaterThanOrEqual(1);
  expect(refused.length).toBeLessThanOrEqual(8);
  for (const percent of refused) expect(percent).toBeGreaterThanOrEqual(89.9);
  expect(executions.filter(({ result }) => result.refreshed)).toHaveLength(1);
  expect(executions.at(-1)?.result).not.toHaveProperty('stale');
});

test('down past expiry: the error branch with code, message and remedy; back again: success', async () => {
  await startAt(96);
  platform.isDown = true;
  await advanceTo(97);
  expect((await executeNow()).result).toMatchObject({ access_token: SEEDED, stale: true });

  await advanceTo(100);
  const expired = await executeNow();
  expect(expired.branch).toBe('OnError');
  expect(expired.result).toEqual({
    error: {
      code: 'token_endpoint_unavailable',
      message: expect.stringMatching(/HTTP 503|token_endpoint_unavailable/) as string,
      remedy: expect.stringMatching(/\w+/) as string,
      ...(expired.result.error?.status === undefined ? {} : { status: 503 }),
    },
  });

  platform.isDown = false;
  // The note of the failure keeps the next try away for a few seconds at most.
  const since = platform.clock.now();
  let back = await executeNow();
  while (back.branch !== 'OnSuccess' && platform.clock.now() - since < 12_000) {
    expect(back.result.error?.code).toBe('token_endpoint_unavailable');
    await platform.clock.advanceBy(PAUSE_MS);
    back = await executeNow();
  }
  expect(back).toMatchObject({ branch: 'OnSuccess', apiStatus: 200 });
  expect(back.result).toMatchObject({ refreshed: true, source: 'token_endpoint' });
  const next = await executeNow();
  expect(next.result).toMatchObject({ access_token: back.result.access_token, source: 'store', refreshed: false });
});
