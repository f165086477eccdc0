import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

import cutTexts from '../support/cut-texts.cjs';
import { describeWithChromium, NARROW, Studio, WIDE } from '../support/studio';

interface AxeResults {
  violations: Array<{ id: string; impact: string | null; nodes: Array<{ html: string }> }>;
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describeWithChromium('the studio is for everybody', () => {
  let studio: Studio;

  beforeAll(async () => {
    studio = await Studio.start();
  });
  afterAll(() => studio.kill());
  afterEach(() => expect(studio.complaints).toEqual([]));

  /** What axe finds that keeps somebody out, and which elements. */
  async function barriers(page: Page): Promise<string[]> {
    await page.evaluate(AXE);
    const { violations } = await page.evaluate<AxeResults>('axe.run()');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  const views = ['timeline', 'node/getAccessToken', 'node/refreshIfExpiring', 'connection/oauth2ClientCredentials'];
  const looks = [
    ['light', WIDE],
    ['dark', WIDE],
    ['light', NARROW],
    ['dark', NARROW],
  ] as const;

  test.each(looks)('axe finds nothing serious, %s, %j', async (colorScheme, viewport) => {
    const page = await studio.open('timeline', { colorScheme, viewport });
    for (const view of views) {
      await page.goto(`${studio.origin}/#/${view}`);
      if (view.startsWith('node/')) {
        await page.getByLabel('Show every field').check();
        await page.getByLabel('OAuth2 connection').selectOption('New connection');
        await page.getByLabel('OAuth2 connection').selectOption({ index: 1 });
        await page.getByRole('button', { name: 'Run the node' }).click();
        await page.locator('[data-fact="branch"]').waitFor();
      } else if (view === 'timeline') {
        await page.getByRole('button', { name: 'Slow network' }).click();
        await page.getByRole('button', { name: 'Slow network', pressed: true }).waitFor();
      }
      const found = await barriers(page);
      // Mended before anything can fail: the next look begins with a fast network.
      if (view === 'timeline') await page.getByRole('button', { name: 'Slow network' }).click();
      expect({ view, found, cut: await page.evaluate(cutTexts) }).toEqual({ view, found: [], cut: [] });
    }
    await page.context().close();
  });

  test('dark is dark, light is light', async () => {
    const brightness = async (colorScheme: 'dark' | 'light') => {
      const page = await studio.open('timeline', { colorScheme });
      const [red = 0, green = 0, blue = 0] = await page.evaluate<number[]>(
        'getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)',
      );
      await page.context().close();
      return (red + green + blue) / 3;
    };
    expect(await brightness('dark')).toBeLessThan(60);
    expect(await brightness('light')).toBeGreaterThan(200);
  });

  test('landmarks, headings and one page title for a screen reader', async () => {
    const page = await studio.open('node/getAccessToken');
    for (const role of ['banner', 'navigation', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Run it' }).count()).toBe(1);
    expect(await page.getByRole('form', { name: 'Get Access Token' }).count()).toBe(1);
    expect(await page.title()).toBe('Get Access Token – Access Token studio');
    expect(await page.getByRole('link', { name: 'Get Access Token' }).getAttribute('aria-current')).toBe('page');
    await page.goto(`${studio.origin}/#/timeline`);
    const picture = page.getByRole('img', { name: /^Timeline\. accessToken: / });
    await picture.waitFor();
    await page.context().close();
  });

  test('a page that one goes to has its title, and the focus is on its heading', async () => {
    const page = await studio.open('timeline');
    const focused = (): Promise<string> => page.evaluate<string>('document.activeElement.textContent');
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('BODY');
    await page.getByRole('link', { name: 'Refresh If Expiring' }).click();
    await page.getByRole('form', { name: 'Refresh If Expiring' }).waitFor();
    expect(await page.title()).toBe('Refresh If Expiring – Access Token studio');
    expect(await focused()).toBe('Refresh If Expiring');
    await page.goto(`${studio.origin}/#/node/nowhere`);
    await page.getByRole('link', { name: 'Timeline', exact: true }).and(page.locator('[aria-current="page"]')).waitFor();
    expect(await page.title()).toBe('Timeline – Access Token studio');
    await page.context().close();
  });

  test('what is broken, fails or heals is announced', async () => {
    const page = await studio.open('timeline');
    await page.getByRole('button', { name: 'Slow network' }).click();
    await page.getByRole('status').filter({ hasText: 'You made the network slow.' }).waitFor();
    await page.getByRole('button', { name: 'Slow network' }).click();
    await page.getByRole('status').filter({ hasText: 'You made the network fast again.' }).waitFor();
    await page.context().close();
  });

  /** Presses Tab until an element with this name has the focus; it must be seen to have it. */
  async function tabTo(page: Page, name: string): Promise<void> {
    for (let presses = 0; presses < 60; presses += 1) {
      await page.keyboard.press('Tab');
      const [found, outline] = await page.evaluate<[string, string]>(
        `(() => {
          const element = document.activeElement;
          const named = element.labels?.[0] ?? element;
          return [(element.getAttribute('aria-label') ?? named.textContent).trim(), getComputedStyle(element).outlineStyle];
        })()`,
      );
      if (!found.startsWith(name)) continue;
      expect(outline).not.toBe('none');
      return;
    }
    throw new Error(`${name} can't be reached with Tab.`);
  }

  test('by keyboard alone: skip to the content, choose a language, fill a form in, run a node, break something and mend it', async () => {
    const page = await studio.open('node/getAccessToken');
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('content');
    expect(page.url()).toBe(`${studio.origin}/#/node/getAccessToken`);
    expect(await page.getByRole('form', { name: 'Get Access Token' }).count()).toBe(1);

    await page.reload();
    await page.getByLabel('Language of the forms').waitFor();
    await tabTo(page, 'Language of the forms');
    await page.keyboard.press('ArrowDown');
    await page.locator('h2[lang="de"]').first().waitFor();
    await page.keyboard.press('ArrowUp');

    await tabTo(page, 'Where the token is kept');
    await page.keyboard.press('ArrowDown');
    await page.getByLabel('Access Token Store connection').waitFor();
    await tabTo(page, 'Refresh');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Refresh at percent of lifetime');
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByLabel('Refresh at percent of lifetime').inputValue()).toBe('89');
    await tabTo(page, 'Run the node');
    await page.keyboard.press('Enter');
    await page.locator('[data-fact="branch"]', { hasText: 'On Success' }).waitFor();
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Run the node');

    await page.reload();
    await page.getByRole('link', { name: 'Timeline' }).waitFor();
    await tabTo(page, 'Timeline');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Token endpoint down' }).waitFor();
    await tabTo(page, 'Token endpoint down');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Token endpoint down', pressed: true }).waitFor();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Token endpoint down', pressed: false }).waitFor();
    await page.context().close();
  });
});
