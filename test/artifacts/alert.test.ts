import { VirtualPlatform } from '../support/virtual-platform';
import type { VirtualPlatformOptions } from '../support/virtual-platform';

const LIFETIME_SECONDS = 3600;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

let platform: VirtualPlatform;
afterEach(() => {
  const stats = platform.runtime.stats();
  expect(stats.maxHttpRequestsPerInstance).toBeLessThanOrEqual(5);
  expect(stats.refusedHttpRequests).toBe(0);
  expect(platform.running.length).toBeGreaterThan(0);
  expect(JSON.stringify([platform.alerts, platform.logs.entries, platform.parameters])).not.toContain('canary');
  platform.close();
});

async function startChain(options: Partial<VirtualPlatformOptions> = {}): Promise<void> {
  platform = new VirtualPlatform({ lifetime: LIFETIME_SECONDS, alerts: true, ...options });
  platform.start();
  await platform.runUntilRefreshed(1 + (options.moreTokens?.length ?? 0));
}

/** What was told, in short. */
function told(): string[] {
  return platform.alerts.map(({ body }) => `${String(body['level'])} ${String(body['code'])} ${String(body['token'])}`);
}

const DOWN = 'error token_endpoint_unavailable accessToken';
const BACK = 'info recovered accessToken';

test('an outage begins: one message before the token ends; it ends: one more; in between the bots answer', async () => {
  await startChain();
  const expiresAt = (platform.refreshes[0]?.at ?? NaN) + LIFETIME_SECONDS * 1000;
  platform.isDown = true;
  await platform.clock.advanceTo(expiresAt - 7 * MINUTE_MS);
  while (platform.clock.now() < expiresAt - 30_000) {
    await platform.clock.advanceBy(20_000);
    const { branch, result } = await platform.run('getAccessToken');
    expect([branch, platform.callApi(result)]).toEqual(['OnSuccess', 200]);
  }
  expect(told()).toEqual([DOWN]);
  const { at, body } = platform.alerts[0] ?? { at: NaN, body: {} };
  expect(at).toBeLessThan(expiresAt - MINUTE_MS);
  expect(body).toMatchObject({ text: expect.stringMatching(/^Access token "accessToken" has failed to refresh since 20.*Z: token_endpoint_unavailable\. It is valid until 20/) as string });
  expect(Date.parse(String(body['since']))).toBeLessThan(at);

  await platform.clock.advanceTo(expiresAt + 2 * MINUTE_MS);
  expect(told()).toEqual([DOWN]);
  platform.isDown = false;
  await platform.clock.advanceBy(20 * MINUTE_MS);
  expect(told()).toEqual([DOWN, BACK]);
  await platform.clock.advanceBy(3 * HOUR_MS);
  expect(told()).toEqual([DOWN, BACK]);
});

test('an outage of five hours is told of again after one hour and after two more, and no sooner', async () => {
  await startChain();
  platform.refusal = 'unauthorized_client';
  await platform.clock.advanceBy(6 * HOUR_MS);
  expect(told()).toEqual(Array(3).fill('error unauthorized_client accessToken'));
  const [first = NaN, second = NaN, third = NaN] = platform.alerts.map(({ at }) => at);
  expect(second - first).toBeGreaterThanOrEqual(HOUR_MS - 1000);
  expect(third - second).toBeGreaterThanOrEqual(2 * HOUR_MS - 1000);
  // What nobody has heard the first time has the same beginning the next time.
  expect(new Set(platform.alerts.map(({ body }) => body['since'])).size).toBe(1);
});

test('a token that comes and goes is told of once an hour', async () => {
  await startChain({ lifetime: 300 });
  const end = platform.clock.now() + 3 * HOUR_MS;
  while (platform.clock.now() < end) {
    platform.refusal = platform.refusal === undefined ? 'invalid_grant' : undefined;
    await platform.clock.advanceBy(8 * MINUTE_MS);
  }
  const times = platform.alerts.filter(({ body }) => body['level'] === 'error').map(({ at }) => at);
  expect(times.length).toBeGreaterThanOrEqual(2);
  for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? NaN)).toBeGreaterThanOrEqual(HOUR_MS - 1000);
});

test('many tokens of one server make few messages', async () => {
  const moreTokens = Array.from({ length: 11 }, (_, index) => ({ tokenName: `token-${index}`, lifetime: 600 }));
  await startChain({ lifetime: 600, moreTokens });
  platform.refusal = 'unauthorized_client';
  await platform.clock.advanceBy(50 * MINUTE_MS);
  const names = platform.alerts.flatMap(({ body }) => (body['tokens'] as { token: string }[]).map(({ token }) => token));
  expect([...names].sort()).toEqual(['accessToken', ...moreTokens.map(({ tokenName }) => tokenName)].sort());
  expect(platform.alerts.length).toBeLessThanOrEqual(4);
});

test('a webhook that fails costs the chain nothing: a line in the log', async () => {
  await startChain();
  platform.isChatDown = true;
  platform.isDown = true;
  await platform.clock.advanceBy(61 * MINUTE_MS);
  expect(platform.logs.text()).toMatch(/\[access-token\] error alert_failed chain=\S+ hop=\d+ The alert URL answered HTTP 500\. Check alertUrl/);
  platform.isDown = false;
  await platform.runUntilRefreshed(2);
});

test('without alertUrl nothing is told', async () => {
  await startChain({ alerts: false });
  platform.refusal = 'invalid_client';
  await platform.clock.advanceBy(70 * MINUTE_MS);
  expect(platform.alerts).toEqual([]);
});
