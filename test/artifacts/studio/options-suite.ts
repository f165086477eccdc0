import type { Locator, Page } from 'playwright-core';

import { until } from '../../support/until';
import type { Studio } from '../support/studio';

const SECRET = 'canary-typed-secret-2f6e';
const REFRESH_TOKEN = 'canary-typed-refresh-token-2f6e';

/** Lists that the extension fills are filled here too. */
export function testOptions(studio: () => Studio): void {
  let page: Page;
  let list: Locator;
  let outcome: Locator;
  /** Answers of the studio's server, whole. */
  let answers: string[];

  beforeEach(async () => {
    page = await studio().open('node/getAccessToken');
    await section().click();
    list = page.getByLabel('Try the connection');
    outcome = page.locator('[data-field="connectionTest"] [aria-live="polite"]');
    answers = [];
    await page.route('**/api/options', async (route) => {
      const response = await route.fetch();
      answers.push(await response.text());
      await route.fulfill({ response });
    });
  });

  const section = () => page.locator('[data-section="advancedSection"] summary');
  const hasFocus = () => page.evaluate<boolean>(`document.activeElement.closest('[data-field="connectionTest"]') !== null`);

  async function comeByKeyboard(): Promise<void> {
    await section().focus();
    for (let presses = 0; presses < 20; presses += 1) {
      await page.keyboard.press('Tab');
      if (await hasFocus()) return;
    }
    throw new Error('The list can\'t be reached with Tab.');
  }

  /** Comes again where a machine that is held up takes longer than the form has. */
  async function untilSaid(line: RegExp, come: () => Promise<void>): Promise<void> {
    await until(`the list says ${String(line)}`, async () => {
      const before = answers.length;
      await come();
      await until('there is an answer', () => answers.length > before);
      await outcome.locator('p').waitFor();
      return line.test(await outcome.innerText());
    });
    // The same in the list.
    expect(await list.locator('option').allTextContents()).toEqual([await outcome.innerText()]);
    expect(await list.inputValue()).toBe('tried');
  }

  test('by keyboard: the connection is tried when one comes to the list', async () => {
    expect([await outcome.innerText(), await list.locator('option').count()]).toEqual(['', 0]);
    await untilSaid(/^OK: a token for 3600 s$/, comeByKeyboard);
  });

  test('by pointer: a press asks once, shows "…" meanwhile, and asks again after something changed that it depends on', async () => {
    let goOn: () => void = () => undefined;
    let requests = 0;
    await page.route('**/api/options', async (route) => {
      requests += 1;
      await new Promise<void>((resolve) => (goOn = resolve));
      await route.fulfill({ json: { options: [{ label: `Answer ${requests}`, value: 'tried' }] } });
    });
    const press = async (line: string) => {
      await list.click();
      await list.locator('option', { hasText: '…' }).waitFor({ state: 'attached' });
      expect(await outcome.innerText()).toBe('');
      goOn();
      await outcome.getByText(line, { exact: true }).waitFor();
      expect(await list.locator('option').allTextContents()).toEqual([line]);
      await page.keyboard.press('Escape');
    };
    await press('Answer 1');
    // Nothing that the list depends on: what it says still holds.
    await page.getByLabel('Token name').fill('crm');
    expect(await outcome.innerText()).toBe('Answer 1');
    await page.getByLabel('Default lifetime in seconds').fill('60');
    expect(await outcome.innerText()).toBe('');
    await press('Answer 2');
    expect(requests).toBe(2);
  });

  test('an answer for what the form held before is not shown', async () => {
    let goOn: () => void = () => undefined;
    await page.route('**/api/options', async (route) => {
      await new Promise<void>((resolve) => (goOn = resolve));
      await route.fulfill({ json: { options: [{ label: 'Late', value: 'tried' }] } });
    });
    await list.focus();
    await list.locator('option', { hasText: '…' }).waitFor({ state: 'attached' });
    await page.getByLabel('Default lifetime in seconds').fill('60');
    const answered = page.waitForResponse('**/api/options');
    goOn();
    await (await answered).finished();
    await page.unroute('**/api/options');
    await page.route('**/api/options', (route) => route.fulfill({ json: { options: [{ label: 'In time', value: 'tried' }] } }));
    expect(await outcome.innerText()).toBe('');
    await list.focus();
    await outcome.getByText('In time', { exact: true }).waitFor();
  });

  test('a wrong secret: what to do; a refresh token: not tried; no secret is shown', async () => {
    await page.getByLabel('OAuth2 connection').selectOption('New connection');
    const own = page.locator('.own-connection');
    await own.getByLabel('Token URL').fill(studio().tokenUrl);
    await own.getByLabel('Client ID').fill('nobody');
    await own.getByLabel('Client secret').fill(SECRET);
    await untilSaid(/^invalid_client: .*Check the client ID and the client secret/, comeByKeyboard);
    await own.getByLabel('Refresh token').fill(REFRESH_TOKEN);
    await untilSaid(/^Not tried: this could use up the refresh token/, comeByKeyboard);
    const shown = [...answers, await page.locator('main').innerText(), studio().printed].join('\n');
    expect(shown).not.toContain(SECRET);
    expect(shown).not.toContain(REFRESH_TOKEN);
  });

  test('why there is no answer is shown, and one can try again', async () => {
    await page.route('**/api/options', (route) => route.fulfill({ status: 422, json: { detail: 'the resolver took too long' } }), { times: 1 });
    await comeByKeyboard();
    await outcome.getByText('the resolver took too long', { exact: true }).waitFor();
    await untilSaid(/^OK: /, comeByKeyboard);
    // The browser itself says that a request failed.
    studio().complaints.length = 0;
  });
}
