import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

import chartContrasts from '../support/chart-contrasts.cjs';
import cutTexts from '../support/cut-texts.cjs';
import { until } from '../../support/until';
import { WIDE } from '../support/studio';
import type { Studio } from '../support/studio';

interface Finding {
  id: string;
  nodes: Array<{ html: string }>;
}

interface AxeResults {
  violations: Finding[];
  /** What axe can't decide. */
  incomplete: Finding[];
}

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [WIDE.width, 400, 320];
/** All rules, one more than axe has by itself; and, where nothing but the colours differs, those that look at them. */
const RULES = {
  light: { rules: { 'target-size': { enabled: true } } },
  dark: { runOnly: ['color-contrast', 'link-in-text-block'] },
};
/** axe spends most of its time on describing what is right, and on selectors for it. */
const FINDINGS_ONLY = { resultTypes: ['violations', 'incomplete'], selectors: false };

const { nodes, connections } = jest.requireActual<{ default: { nodes: Array<{ type: string; parentType?: string | null }>; connections: Array<{ type: string }> } }>(
  '../../../dist/extension/build/module.js',
).default;
const NODES = nodes.filter(({ parentType }) => (parentType ?? null) === null).map(({ type }) => type);

/** Nobody is kept out of the page. */
export function testAccessibility(studio: () => Studio): void {
  /** Whatever axe finds, or can't decide, and which elements. */
  async function findings(page: Page, colorScheme: keyof typeof RULES): Promise<string[]> {
    const { violations, incomplete } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify({ ...FINDINGS_ONLY, ...RULES[colorScheme] })})`);
    return [...violations, ...incomplete].flatMap(({ id, nodes: found }) =>
      found.filter(({ html }) => !(id === 'color-contrast' && html.startsWith('<text '))).map(({ html }) => `${id}: ${html}`),
    );
  }

  /** In every look, of the page as it is now. */
  async function expectNoFindings(page: Page): Promise<void> {
    await page.evaluate(AXE);
    const hasChart = (await page.locator('.chart').count()) > 0;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      // The texts in the picture, of which axe can't tell what they lie on.
      if (hasChart) expect(await page.evaluate(chartContrasts)).toEqual([]);
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: WIDE.height });
        const found = await findings(page, colorScheme);
        expect({ colorScheme, width, found, cut: await page.evaluate(cutTexts) }).toEqual({ colorScheme, width, found: [], cut: [] });
      }
    }
  }

  test.each(NODES)('axe finds nothing in the node %s, in every look', async (type) => {
    const page = await studio().open(`node/${type}`);
    await page.getByLabel('Show every field').check();
    await page.getByLabel('OAuth2 connection').selectOption('New connection');
    await page.getByLabel('OAuth2 connection').selectOption({ index: 1 });
    await page.route('**/api/options', (route) => route.fulfill({ json: { options: [{ label: 'OK: a token for 3600 s', value: 'tried' }] } }));
    const trial = page.getByLabel('Try the connection');
    expect(await trial.count()).toBe(type === 'forgetToken' ? 0 : 1);
    if ((await trial.count()) === 1) {
      await trial.focus();
      await page.locator('.outcome p', { hasText: 'OK: a token for 3600 s' }).waitFor();
    }
    await page.getByRole('button', { name: 'Run the node' }).click();
    await page.locator('[data-fact="branch"]').waitFor();
    await expectNoFindings(page);
  });

  test.each(connections.map(({ type }) => type))('axe finds nothing in the connection %s, in every look', async (type) => {
    await expectNoFindings(await studio().open(`connection/${type}`));
  });

  test('axe finds nothing in the timeline while something is broken, with a row of events open, in every look', async () => {
    const page = await studio().open('timeline');
    const down = page.getByRole('button', { name: 'Token endpoint down' });
    await down.click();
    await page.locator('[data-prospect]').waitFor();
    try {
      await until('events are grouped', async () => (await page.locator('.events summary').count()) > 0);
      await page.locator('.events summary').first().click();
      await page.locator('.events details[open]').first().waitFor();
      await expectNoFindings(page);
    } finally {
      await down.click();
      await page.getByRole('button', { name: 'Token endpoint down', pressed: false }).waitFor();
    }
  });

  test('axe finds nothing in the timeline while a consent is waited for, in every look', async () => {
    const page = await studio().open('timeline');
    const opened = page.context().waitForEvent('page');
    await page.getByRole('button', { name: 'Authorize', exact: true }).click();
    await page.getByRole('link', { name: 'sign in and consent' }).waitFor();
    try {
      await (await opened).close();
      await expectNoFindings(page);
    } finally {
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.locator('[data-consent="cancelled"]').waitFor();
    }
    await untilFocused(page, 'Authorize');
  });

  test('axe finds nothing where the server does not answer, in every look', async () => {
    const page = await studio().open('timeline');
    await page.route('**/api/timeline', (route) => route.fulfill({ status: 500, json: { detail: 'The demo is being taken apart.' } }));
    await page.getByRole('alert').waitFor();
    await expectNoFindings(page);
    // The browser tells of each answer with such a status, as long as the page asks.
    await page.goto('about:blank');
    studio().complaints.splice(0);
  });

  test('dark is dark, light is light', async () => {
    const page = await studio().open('timeline');
    const brightness = async (colorScheme: 'dark' | 'light') => {
      await page.emulateMedia({ colorScheme });
      const [red = 0, green = 0, blue = 0] = await page.evaluate<number[]>(
        'getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).map(Number)',
      );
        return (red + green + blue) / 3;
    };
    expect(await brightness('dark')).toBeLessThan(60);
    expect(await brightness('light')).toBeGreaterThan(200);
  });

  test('landmarks, headings and one page title for a screen reader', async () => {
    const page = await studio().open('node/getAccessToken');
    for (const role of ['banner', 'navigation', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Run it' }).count()).toBe(1);
    expect(await page.getByRole('form', { name: 'Get Access Token' }).count()).toBe(1);
    await untilTitle(page, 'Get Access Token');
    expect(await page.getByRole('link', { name: 'Get Access Token' }).getAttribute('aria-current')).toBe('page');
    await page.goto(`${studio().origin}/#/timeline`);
    const picture = page.getByRole('img', { name: /^Timeline\. accessToken: / });
    await picture.waitFor();
  });

  test('a page that one goes to has its title, and the focus is on its heading', async () => {
    const page = await studio().open('timeline');
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('BODY');
    await page.getByRole('link', { name: 'Refresh If Expiring' }).click();
    await page.getByRole('form', { name: 'Refresh If Expiring' }).waitFor();
    await untilTitle(page, 'Refresh If Expiring');
    await untilFocused(page, 'Refresh If Expiring');
    await page.goto(`${studio().origin}/#/node/nowhere`);
    await page.getByRole('link', { name: 'Timeline', exact: true }).and(page.locator('[aria-current="page"]')).waitFor();
    await untilTitle(page, 'Timeline');
  });

  test('what is broken, fails or heals is announced', async () => {
    const page = await studio().open('timeline');
    const button = page.getByRole('button', { name: 'Slow network' });
    await button.waitFor();
    // What is announced next takes its place.
    await page.evaluate(`{
      const status = document.querySelector('[role="status"]');
      window.announced = [];
      new MutationObserver(() => window.announced.push(status.textContent)).observe(status, { childList: true, characterData: true, subtree: true });
    }`);
    for (const text of ['You made the network slow.', 'You made the network fast again.']) {
      await button.click();
      await until(`"${text}" is announced`, async () => (await page.evaluate<string[]>('window.announced')).includes(text));
    }
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
    const page = await studio().open('node/getAccessToken');
    await tabTo(page, 'Skip to the content');
    await page.keyboard.press('Enter');
    await until('the content has the focus', async () => (await page.evaluate<string>('document.activeElement.id')) === 'content');
    expect(page.url()).toBe(`${studio().origin}/#/node/getAccessToken`);
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
    await untilFocused(page, 'Run the node');

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
  });
}

/** The effects of a page come after what they follow from. */
async function untilTitle(page: Page, title: string): Promise<void> {
  await until(`the title is ${title}`, async () => (await page.title()) === `${title} – Access Token studio`);
}

async function untilFocused(page: Page, text: string): Promise<void> {
  const focused = () => page.evaluate<string>('document.activeElement.textContent');
  await until(`${text} has the focus`, async () => (await focused()) === text);
}
