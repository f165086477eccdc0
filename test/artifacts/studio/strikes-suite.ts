import { until } from '../../support/until';
import type { Studio } from '../support/studio';

/** What is broken at once, and heals without a refresh being due. */
export function testStrikes(studio: () => Studio): void {
  test('a revoked token is replaced by the bot that the API refused first', async () => {
    const page = await studio().open('timeline');
    await page.locator('.token-state[data-version]').waitFor();
    const [revoked] = (await studio().lives()).slice(-1);
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    const next = async () => (await studio().lives()).find(({ version }) => version === (revoked?.version ?? 0) + 1);
    // Who fetched it is known when that execution has ended.
    await until('a bot has replaced the token', async () => (await next())?.by === 'node');
    expect((await next())?.issuedAt).toBeLessThan(revoked?.refreshAt ?? 0);
    await studio().expectGreen(page);
  });

  test('a lost store is filled again', async () => {
    const page = await studio().open('timeline');
    await page.getByRole('button', { name: 'Lose the store' }).click();
    await page.locator('.events [data-kind="failure"]', { hasText: 'The store has lost accessToken' }).first().waitFor();
    const { now: lostBy } = await studio().timeline();
    await page.locator('.token-state[data-version="1"]').waitFor();
    await studio().expectGreen(page);
    // The store has forgotten the chain too: its next hop tells of it again.
    await until('another hop begins', async () => (await studio().timeline()).hops.some(({ startedAt }) => startedAt > lostBy));
  });
}
