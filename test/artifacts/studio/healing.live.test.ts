import type { Page } from 'playwright-core';

import type { DemoSummary } from '../../../src/sandbox/demo/summary';
import { describeWithChromium, Studio } from '../support/studio';
import { sleep } from '../../support/sleep';

/** Short lives, half of each for healing. */
const DEMO = ['--lifetime', '20', '--percent', '50'];
/** The longest that is waited for: a life, or a restart of the chain. */
const PATIENCE_MS = 40_000;

jest.setTimeout(3 * PATIENCE_MS);

describeWithChromium('things that are broken from the studio heal', () => {
  let studio: Studio;
  let page: Page;

  beforeAll(async () => {
    studio = await Studio.start(...DEMO);
    page = await studio.open('timeline');
    await page.locator('.token-state[data-version]').waitFor();
  });
  afterAll(() => studio.kill());

  const button = (name: string) => page.getByRole('button', { name });
  const number = async (name: string) => Number(await page.locator(`[data-count="${name}"]`).textContent());
  const version = async () => Number(await page.locator('.token-state').getAttribute('data-version'));
  const isAtLeast = (least: number) => until(async () => (await version()) >= least);
  const lives = async () => (await studio.timeline()).tokens[0]?.lives ?? [];
  const events = (kind: string, text: string) => page.locator(`.events [data-kind="${kind}"]`, { hasText: text });

  /** Bots go on: more messages are answered, and none has failed. */
  async function expectGreen(): Promise<void> {
    const before = await number('executions');
    await until(async () => (await number('executions')) > before + 1);
    // In the demo's own words, should one have failed.
    expect(studio.printed.split('\n').filter((line) => line.includes('FAILED'))).toEqual([]);
    expect(await number('failed')).toBe(0);
  }

  test('an outage over the refresh point, begun and ended from the page: every message is answered', async () => {
    // From the beginning of a life on, so that the outage is over before the token is.
    await isAtLeast((await version()) + 1);
    const before = await version();
    await button('Token endpoint down').click();
    await page.getByRole('button', { name: 'Token endpoint down', pressed: true }).waitFor();
    await events('failure', 'The token endpoint answered 503').first().waitFor({ timeout: PATIENCE_MS });
    await expectGreen();
    expect(await version()).toBe(before);
    expect(await page.locator('.token-state').getAttribute('data-state')).toBe('due');
    // Why it is late, and when it is tried again.
    await page.locator('.token-state .bad', { hasText: 'token_endpoint_unavailable' }).waitFor();
    await button('Token endpoint down').click();
    await isAtLeast(before + 1);
    await expectGreen();
    expect(await page.locator('.token-state .bad').count()).toBe(0);
    expect(await page.locator('[data-row="Token requests"] .not-ok').count()).toBeGreaterThan(0);
    expect(await page.locator('[data-row="Messages"] .not-ok').count()).toBe(0);
    expect(await page.locator('rect.broken.tokenEndpointDown').count()).toBe(1);
  });

  test('a chain killed from the page is started again by a node, and goes on refreshing', async () => {
    await button('Kill the chain').click();
    await events('failure', 'stopped').first().waitFor();
    const killedAt = (await studio.timeline()).now;
    expect((await studio.timeline()).hops.filter(({ endedAt }) => endedAt === undefined)).toEqual([]);
    // Nobody but a node that misses the heartbeat triggers a first hop, and only a chain at work a second one.
    const hasBegun = async (hop: number) =>
      (await studio.timeline()).hops.some((one) => one.hop === hop && one.startedAt > killedAt);
    await until(() => hasBegun(0));
    await until(() => hasBegun(1));
    // A node may be faster once; the chain's tokens are those that no execution has fetched.
    await until(async () => (await lives()).some(({ by, issuedAt, endedAt }) => by === 'chain' && issuedAt > killedAt && endedAt !== undefined));
    await expectGreen();
  });

  test('a revoked token is replaced by the bot that the API refused first', async () => {
    // From the beginning of a life on: it is not due for a while.
    await isAtLeast((await version()) + 1);
    const before = await version();
    await button('Revoke the token').click();
    await isAtLeast(before + 1);
    await expectGreen();
    const all = await lives();
    const revoked = all.find((life) => life.version === before);
    const next = all.find((life) => life.version === before + 1);
    expect(next?.by).toBe('node');
    expect(next?.issuedAt).toBeLessThan(revoked?.refreshAt ?? 0);
  });

  test('a lost store is filled again', async () => {
    await button('Lose the store').click();
    await events('failure', 'The store has lost accessToken').first().waitFor();
    await page.locator('.token-state[data-version="1"]').waitFor({ timeout: PATIENCE_MS });
    await expectGreen();
  });

  test('in a slow network the token is refreshed all the same', async () => {
    const before = await version();
    await button('Slow network').click();
    await page.getByRole('button', { name: 'Slow network', pressed: true }).waitFor();
    const since = (await studio.timeline()).now;
    await isAtLeast(before + 1);
    await expectGreen();
    // It was slow indeed.
    const { tokenRequests } = await studio.timeline();
    const waits = tokenRequests.filter(({ at }) => at > since).map(({ at, answeredAt }) => answeredAt - at);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(1000);
    await button('Slow network').click();
    await events('mended', 'fast again').waitFor();
    expect(studio.complaints).toEqual([]);
  });

  test('in the end the demo itself says that nothing failed and nothing leaked', async () => {
    const { code, out, err } = await studio.end();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const summary = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as DemoSummary;
    expect(summary).toMatchObject({ failed: 0, expired_tokens_used: 0, secrets_leaked: 0, status: 'healthy' });
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${isSo.toString()} has not come true`);
    await sleep(100);
  }
}
