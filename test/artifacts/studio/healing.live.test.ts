import type { Page } from 'playwright-core';

import { until } from '../../support/until';
import { OFTEN_DUE, summaryOf } from '../support/demo';
import { describeWithChromium, useStudio } from '../support/studio';

describeWithChromium('things that are broken from the studio heal while tokens are refreshed', () => {
  const studio = useStudio(OFTEN_DUE);
  let page: Page;
  /** Unix milliseconds. */
  let killedAt: number;

  beforeAll(async () => {
    page = await studio().open('timeline');
    await page.locator('.token-state[data-version]').waitFor();
  });

  const button = (name: string) => page.getByRole('button', { name });
  const pressed = (name: string) => page.getByRole('button', { name, pressed: true }).waitFor();
  const version = async () => Number(await page.locator('.token-state').getAttribute('data-version'));
  const untilVersion = (least: number) => until(`the token is version ${least}`, async () => (await version()) >= least);
  const events = (kind: string, text: string) => page.locator(`.events [data-kind="${kind}"]`, { hasText: text });
  const hasBegun = async (hop: number) => (await studio().timeline()).hops.some((one) => one.hop === hop && one.startedAt > killedAt);
  const expectGreen = () => studio().expectGreen(page);

  test('an outage over the refresh point, begun and ended from the page: every message is answered', async () => {
    await button('Token endpoint down').click();
    await pressed('Token endpoint down');
    await events('failure', 'The token endpoint answered 503').first().waitFor();
    const before = await version();
    await page.locator('.token-state[data-state="due"]').waitFor();
    // Why it is late, and when it is tried again.
    await page.locator('.token-state .bad', { hasText: 'token_endpoint_unavailable' }).waitFor();
    await page.locator('[data-row="Token requests"] .not-ok').first().waitFor({ state: 'attached' });
    await expectGreen();
    expect(await version()).toBe(before);
    expect(await page.locator('.token-state').getAttribute('data-state')).toBe('due');
    expect(await page.locator('rect.broken.tokenEndpointDown').count()).toBe(1);
    expect(await page.locator('[data-row="Messages"] .not-ok').count()).toBe(0);
    await button('Token endpoint down').click();
    await untilVersion(before + 1);
    await expectGreen();
    expect(await page.locator('.token-state .bad').count()).toBe(0);
    expect(await page.locator('[data-row="Messages"] .not-ok').count()).toBe(0);
  });

  test('a chain killed from the page is started again by a node', async () => {
    await button('Kill the chain').click();
    await events('breakage', 'You stopped the chain').waitFor();
    killedAt = (await studio().timeline()).broken.find(({ breakage }) => breakage === 'killChain')?.from ?? NaN;
    expect((await studio().timeline()).hops.filter(({ startedAt, endedAt }) => startedAt <= killedAt && endedAt === undefined)).toEqual([]);
    // Nobody but a node that misses the heartbeat triggers a first hop.
    await until('a node has started the chain', () => hasBegun(0));
  });

  // Meanwhile the next hop of that chain comes.
  test('in a slow network the token is refreshed all the same', async () => {
    await button('Slow network').click();
    await pressed('Slow network');
    const { now: since } = await studio().timeline();
    const slow = async () => (await studio().timeline()).tokenRequests.filter(({ at, answeredAt }) => at > since && answeredAt - at >= 1000);
    await until('a token request is answered slowly', async () => (await slow()).some(({ status }) => status === 200));
    await untilVersion((await version()) + 1);
    await expectGreen();
    await button('Slow network').click();
    await events('mended', 'fast again').waitFor();
    expect(studio().complaints).toEqual([]);
  });

  test('the chain that was started again goes on refreshing', async () => {
    // Only a chain at work triggers a second hop.
    await until('the chain has gone on', () => hasBegun(1));
    // A node may be faster once; the chain's tokens are those that no execution has fetched.
    await until('the chain has fetched a token', async () =>
      (await studio().lives()).some(({ by, issuedAt, endedAt }) => by === 'chain' && issuedAt > killedAt && endedAt !== undefined),
    );
    await expectGreen();
  });

  test('an outage that leaves no valid token fails messages, says so, and is over when the endpoint is back', async () => {
    const failures = async () => Number(await page.locator('[data-count="failed"]').textContent());
    const answered = async () => Number(await page.locator('[data-count="executions"]').textContent());
    const prospect = (state: string) => page.locator(`[data-prospect="${state}"]`);
    await button('Token endpoint down').click();
    await pressed('Token endpoint down');
    await prospect('holds').waitFor();
    // What the end of its life does, too, in five minutes.
    await button('Lose the store').click();
    await prospect('fails').waitFor();
    await until('messages fail', async () => (await failures()) > 1);
    await page.locator('.events [data-kind="failure"]', { hasText: 'A message failed' }).first().waitFor();
    await button('Token endpoint down').click();
    await page.locator('.token-state[data-version]').waitFor();
    expect(await page.locator('[data-prospect]').count()).toBe(0);
    await until('messages are answered again', async () => {
      const [before, failed] = [await answered(), await failures()];
      await until('two more are answered', async () => (await answered()) > before + 1);
      return (await failures()) === failed;
    });
  });

  test('in the end the demo itself says that nothing else failed and nothing leaked', async () => {
    const ended = await studio().end();
    expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
    const summary = summaryOf(ended);
    expect(summary).toMatchObject({ failed: 0, expired_tokens_used: 0, secrets_leaked: 0, status: 'healthy' });
    expect(summary.failed_in_outage).toBeGreaterThan(1);
  });
});
