import { until } from '../../support/until';
import type { Studio } from '../support/studio';

/** A user is asked for a consent from the page. */
export function testConsent(studio: () => Studio): void {
  test('a consent that is cancelled changes nothing; one that is given brings a token with a refresh token, which goes on', async () => {
    const page = await studio().open('timeline');
    const authorize = page.getByRole('button', { name: 'Authorize', exact: true });
    const pressAuthorize = async () => {
      const opened = page.context().waitForEvent('page');
      await authorize.click();
      return opened;
    };
    const before = (await studio().lives()).at(-1)?.version ?? 0;

    const forsaken = await pressAuthorize();
    await page.getByText('Waiting for your consent in the other tab').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('[data-consent="cancelled"]', { hasText: 'nothing has changed' }).waitFor();
    await forsaken.close();

    const tab = await pressAuthorize();
    expect(await page.getByRole('link', { name: 'sign in and consent' }).getAttribute('href')).toContain('code_challenge=');
    await tab.click('#login');
    await tab.click('#consent');
    await tab.getByRole('heading', { name: 'The answer has arrived' }).waitFor();
    await tab.close();
    await page.locator('[data-consent="came"]', { hasText: "A user's consent has come" }).waitFor();
    await page.locator('.events [data-kind="refresh"]', { hasText: /A consent brought accessToken.* and has a refresh token/ }).waitFor();
    expect((await studio().lives()).at(-1)).toMatchObject({ version: before + 1, by: 'consent', hasRefreshToken: true });
    await studio().expectGreen(page);

    // The connection has no refresh token: what refreshes now can only be the store's.
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    await until('the next token has come', async () => (await studio().lives()).at(-1)?.version === before + 2);
    await until('the timeline knows its request', async () =>
      (await studio().timeline()).tokenRequests.some(({ grantType, status }) => grantType === 'refresh_token' && status === 200),
    );
    expect((await studio().lives()).at(-1)).toMatchObject({ hasRefreshToken: true });
    await studio().expectGreen(page);
  });
}
