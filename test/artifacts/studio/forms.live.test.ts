import type { Locator, Page } from 'playwright-core';

import cutTexts from '../support/cut-texts.cjs';
import { describeWithChromium, NARROW, Studio, WIDE } from '../support/studio';

type Text = string | Record<string, string> | undefined;

interface NodeDescriptor {
  type: string;
  parentType?: string | null;
  defaultLabel: Text;
  summary: Text;
  fields: Array<{
    key: string;
    type: string;
    label: Text;
    description: Text;
    params?: { required?: boolean; options?: Array<{ label: Text; value: string }> };
  }>;
  sections: Array<{ key: string; label: Text; fields: string[] }>;
  tokens: Array<{ label: string; script: string }>;
}

interface ConnectionDescriptor {
  type: string;
  label: string;
  fields: Array<{ fieldName: string; label: string; description: string; required?: boolean }>;
}

// What is shown is what is uploaded: the texts are taken from the built module.
const extension = jest.requireActual<{ default: { nodes: NodeDescriptor[]; connections: ConnectionDescriptor[] } }>(
  '../../../dist/extension/build/module.js',
).default;
const PARENTS = extension.nodes.filter(({ parentType }) => parentType === undefined || parentType === null);
const LANGUAGES = { enUS: 'en', deDE: 'de', esES: 'es', koKR: 'ko', jaJP: 'ja' };

describeWithChromium('the forms in the studio', () => {
  let studio: Studio;
  let page: Page;

  beforeAll(async () => {
    studio = await Studio.start();
    page = await studio.open('timeline');
  });
  afterAll(() => studio.kill());
  afterEach(() => expect(studio.complaints).toEqual([]));

  async function open(route: string, language = 'enUS', viewport = WIDE): Promise<void> {
    await page.setViewportSize(viewport);
    await page.goto(`${studio.origin}/#/${route}`);
    await page.getByLabel('Language of the forms').selectOption(language);
    // The page before has a form too.
    await page.locator(`main:has(form.editor)[data-page="${route}"]`).waitFor();
  }

  const sizes = [
    ['wide', WIDE],
    ['narrow', NARROW],
  ] as const;
  const nodeCases = PARENTS.flatMap((node) =>
    Object.keys(LANGUAGES).flatMap((language) => sizes.map(([size, viewport]) => [node.type, language, size, node, viewport] as const)),
  );

  test.each(nodeCases)('%s in %s, %s: every text is there, and nothing is cut', async (type, language, _size, node, viewport) => {
    await open(`node/${type}`, language, viewport);
    await page.getByLabel('Show every field').check();
    const said = (text: Text) => (typeof text === 'object' ? text[language] : text) ?? '';
    const main = page.locator('main');
    for (const text of [node.defaultLabel, node.summary]) await expectText(main, said(text));
    for (const branch of extension.nodes.filter(({ parentType }) => parentType === type)) {
      await expectText(page.locator('.branches'), said(branch.defaultLabel));
    }
    for (const section of node.sections) {
      const shown = page.locator(`[data-section="${section.key}"]`);
      await expectText(shown.locator('summary'), said(section.label));
      for (const key of section.fields) expect(await shown.locator(`[data-field="${key}"]`).count()).toBe(1);
    }
    for (const { key, label, description, params } of node.fields) {
      const field = page.locator(`[data-field="${key}"]`);
      await expectText(field.locator('label').first(), said(label));
      await expectText(field.locator('.description').first(), said(description));
      expect(await field.locator('label .required').first().isVisible().catch(() => false)).toBe(params?.required === true);
      for (const option of params?.options ?? []) {
        expect(await field.locator(`option[value="${option.value}"]`).textContent()).toBe(said(option.label));
      }
    }
    const tag = LANGUAGES[language as keyof typeof LANGUAGES];
    expect(await page.locator('form.editor label').first().getAttribute('lang')).toBe(tag);
    expect(await page.evaluate(cutTexts)).toEqual([]);
  });

  test.each(extension.connections.flatMap((connection) => sizes.map(([size, viewport]) => [connection.type, size, connection, viewport] as const)))(
    'the connection %s, %s: every text is there in every language, and nothing is cut',
    async (type, _size, connection, viewport) => {
      for (const language of Object.keys(LANGUAGES)) {
        await open(`connection/${type}`, language, viewport);
        await expectText(page.locator('main h2'), connection.label);
        for (const { fieldName, label, description, required = true } of connection.fields) {
          const field = page.locator(`[data-field="${fieldName}"]`);
          await expectText(field.locator('label'), label);
          await expectText(field.locator('.description'), description);
          expect(await field.locator('.required').count()).toBe(required ? 1 : 0);
        }
        expect(await page.evaluate(cutTexts)).toEqual([]);
      }
    },
  );

  test('conditions show and hide fields and sections, and sections start as the descriptor says', async () => {
    await open('node/getAccessToken');
    const field = (key: string) => page.locator(`[data-field="${key}"]`);
    const section = (key: string) => page.locator(`[data-section="${key}"]`);
    const there = async (locator: Locator) => (await locator.count()) === 1;
    expect(await section('refreshSection').getAttribute('open')).toBeNull();
    expect([await there(field('endpointConnection')), await there(field('redisConnection')), await there(section('backgroundSection'))]).toEqual([false, false, false]);
    await page.getByLabel('Where the token is kept').selectOption('endpoint');
    expect([await there(field('endpointConnection')), await there(field('redisConnection')), await there(section('backgroundSection'))]).toEqual([true, false, true]);
    await page.getByLabel('Where the token is kept').selectOption('redis');
    expect([await there(field('endpointConnection')), await there(field('redisConnection')), await there(section('backgroundSection'))]).toEqual([false, true, true]);
    await section('resultSection').locator('summary').click();
    expect([await field('contextKey').isVisible(), await there(field('inputKey'))]).toEqual([true, false]);
    await page.getByLabel('Where to store the result').selectOption('input');
    expect([await there(field('contextKey')), await field('inputKey').isVisible()]).toEqual([false, true]);
  });

  test('a chip inserts its script, and a new connection has its form', async () => {
    await open('node/refreshIfExpiring');
    await page.locator('[data-field="rejectedToken"] .chip', { hasText: 'Access Token' }).click();
    expect(await page.getByLabel('Rejected token').inputValue()).toBe('{{context.accessToken.access_token}}');
    await page.getByLabel('OAuth2 connection').selectOption('New connection');
    const secret = page.locator('.own-connection').getByLabel('Client secret');
    await secret.fill('typed');
    expect(await secret.getAttribute('type')).toBe('password');
  });

  test('a text that the platform would refuse has a warning where it is', async () => {
    const warned = await studio.blankPage();
    await warned.route('**/api/forms', async (route) => {
      const forms = (await (await route.fetch()).json()) as { findings: object[] };
      const problem = 'must NOT have more than 200 characters';
      const branch = extension.nodes.findIndex(({ parentType }) => parentType === PARENTS[0]?.type);
      forms.findings.push({ path: '/nodes/0/fields/1/label/deDE', problem }, { path: `/nodes/${branch}/defaultLabel/koKR`, problem });
      await route.fulfill({ json: forms });
    });
    await warned.goto(`${studio.origin}/#/node/${PARENTS[0]?.type ?? ''}`);
    const warning = warned.locator('.warning');
    await warning.first().waitFor();
    // At the top of the page for all, collapsed sections and branches included, and at the field.
    expect((await warning.allTextContents()).map((text) => text.trim())).toEqual([
      'The platform refuses this: fields/1/label/deDE must NOT have more than 200 characters.' +
        'The platform refuses this: defaultLabel/koKR must NOT have more than 200 characters.',
      'The platform refuses this: label/deDE must NOT have more than 200 characters.',
    ]);
    expect(await page.locator('.warning').count()).toBe(0);
  });

  test('a text that is cut would be noticed', async () => {
    const spoilt = await studio.open('node/getAccessToken');
    expect(await spoilt.evaluate(cutTexts)).toEqual([]);
    await spoilt.evaluate("Object.assign(document.querySelector('.field > label').style, { width: '20px', overflow: 'hidden', whiteSpace: 'nowrap' })");
    await spoilt.evaluate("Object.assign(document.querySelector('select').style, { width: '40px' })");
    const found = await spoilt.evaluate(cutTexts);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^LABEL [^]* is clipped sideways$/), expect.stringMatching(/^option .* does not fit$/)]));
    await spoilt.context().close();
  });
});

async function expectText(locator: Locator, text: string): Promise<void> {
  expect(text).not.toBe('');
  expect(await locator.innerText()).toContain(text);
}
