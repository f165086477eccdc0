import type { Page } from 'playwright-core';

import type { DemoSummary } from '../../../src/sandbox/demo/summary';
import { sleep } from '../../support/artifact-platform';
import { describeWithChromium, Studio } from '../support/studio';

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
  const isAtLeast = (least: number) => page.locator(`.token-state[data-version="${least}"]`).waitFor({ timeout: PATIENCE_MS });
  const events = (kind: string, text: string) => page.locator(`.events [data-kind="${kind}"]`, { hasText: text });

  /** Bots go on: more messages are answered, and none has failed. */
  async function expectGreen(): Promise<void> {
    const before = await number('executions');
    await until(async () => (await number('executions')) > before + 1);
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
    const starts = events('hop', "The chain's hop 0 starts");
    expect(await starts.count()).toBe(1);
    await button('Kill the chain').click();
    await events('failure', 'stopped').first().waitFor();
    await until(async () => (await studio.timeline()).hops.every(({ endedAt }) => endedAt !== undefined));
    // Two starts on record: the one that deploy waited for, and the one by the first node that missed the heartbeat.
    await starts.nth(1).waitFor({ timeout: PATIENCE_MS });
    const before = await version();
    await isAtLeast(before + 1);
    const { tokens } = await studio.timeline();
    expect(tokens[0]?.lives.at(-1)).toMatchObject({ version: before + 1, by: 'chain' });
    await expectGreen();
  });

  test('a revoked token is replaced by the bot that the API refused first', async () => {
    const before = await version();
    await button('Revoke the token').click();
    await isAtLeast(before + 1);
    await expectGreen();
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
    await isAtLeast(before + 1);
    await expectGreen();
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
