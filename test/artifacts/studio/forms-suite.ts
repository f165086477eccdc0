import type { Locator, Page } from 'playwright-core';

import { until } from '../../support/until';
import cutTexts from '../support/cut-texts.cjs';
import readForm from '../support/read-form.cjs';
import { NARROW, WIDE } from '../support/studio';
import type { Studio } from '../support/studio';

type ShownForm = ReturnType<typeof readForm>;
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
    params?: { required?: boolean; text?: Text; options?: Array<{ label: Text; value: string }> };
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
const SIZES = { wide: WIDE, narrow: NARROW };

/** The forms are those of the extension, in every language, and nothing is cut. */
export function testForms(studio: () => Studio): void {
  let page: Page;

  beforeAll(async () => {
    page = await studio().open('timeline');
  });

  async function open(route: string, language = 'enUS'): Promise<void> {
    await page.setViewportSize(WIDE);
    await page.goto(`${studio().origin}/#/${route}`);
    await page.getByLabel('Language of the forms').selectOption(language);
    // The page before has a form too.
    await page.locator(`main:has(form.editor)[data-page="${route}"]`).waitFor();
  }

  const shown = (): Promise<ShownForm> => page.evaluate(readForm);

  /** Both sizes have all the texts, whole. */
  async function inBothSizes(check: (form: ShownForm) => void): Promise<void> {
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      check(await shown());
      expect({ size, cut: await page.evaluate(cutTexts) }).toEqual({ size, cut: [] });
    }
  }

  const nodeCases = PARENTS.flatMap((node) => Object.entries(LANGUAGES).map(([language, tag]) => [node.type, language, tag, node] as const));

  test.each(nodeCases)('%s in %s: every text is there, and nothing is cut', async (type, language, tag, node) => {
    const said = (text: Text) => containing((typeof text === 'object' ? text[language] : text) ?? '');
    const branches = extension.nodes.filter(({ parentType }) => parentType === type);
    const sections = node.sections.map(({ key, label, fields }) => [key, { summary: said(label), fields: [...fields].sort() }]);
    const fields = node.fields.map(({ key, label, description, params }) => [
      key,
      {
        label: said(label),
        description: said(description ?? params?.text),
        isRequired: params?.required === true,
        options: expect.objectContaining(Object.fromEntries((params?.options ?? []).map(({ value, label: text }) => [value, said(text)]))) as object,
      },
    ]);
    await open(`node/${type}`, language);
    await page.getByLabel('Show every field').check();
    await inBothSizes((form) => {
      for (const text of [node.defaultLabel, node.summary]) expect(form.text).toEqual(said(text));
      for (const branch of branches) expect(form.branches).toEqual(said(branch.defaultLabel));
      expect(form.sections).toEqual(Object.fromEntries(sections));
      expect(form.fields).toEqual(Object.fromEntries(fields));
      expect(form.language).toBe(tag);
    });
  });

  test.each(extension.connections.map((connection) => [connection.type, connection] as const))(
    'the connection %s: every text is there in every language, and nothing is cut',
    async (type, { label, fields }) => {
      const expected = fields.map(({ fieldName, label: name, description, required = true }) => [
        fieldName,
        { label: containing(name), description: containing(description), isRequired: required, options: {} },
      ]);
      for (const language of Object.keys(LANGUAGES)) {
        await open(`connection/${type}`, language);
        await inBothSizes((form) => {
          expect(form.heading).toEqual(containing(label));
          expect(form.fields).toEqual(Object.fromEntries(expected));
        });
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

  test('a chip inserts its script at the cursor, keeps what is selected, and can be undone', async () => {
    await open('node/refreshIfExpiring');
    const rejected = page.getByLabel('Rejected token');
    const chip = page.locator('[data-field="rejectedToken"] .chip', { hasText: 'Access Token' });
    const script = '{{context.accessToken.access_token}}';
    await chip.click();
    expect(await rejected.inputValue()).toBe(script);
    await rejected.fill('before after');
    await page.evaluate(`document.querySelector('[data-field="rejectedToken"] input').setSelectionRange(0, 7)`);
    await chip.click();
    expect(await rejected.inputValue()).toBe(`before ${script}after`);
    await untilFocused(page, 'Rejected token');
    await page.keyboard.press('Control+z');
    expect(await rejected.inputValue()).toBe('before after');
    // What is typed and what is shown stay the same.
    await page.keyboard.type('!');
    expect(await rejected.inputValue()).toContain('!');

    await page.getByLabel('Show every field').check();
    for (const key of ['tokenName', 'contextKey', 'defaultLifetimeSeconds']) {
      expect(await page.locator(`[data-field="${key}"] .chip`).count()).toBe(0);
    }
    await open('node/authorizedRequest');
    await page.getByLabel('Headers').fill('{ "X-Status":  }');
    await page.evaluate(`document.querySelector('[data-field="headers"] input').setSelectionRange(14, 14)`);
    await page.locator('[data-field="headers"] .chip', { hasText: 'API status' }).click();
    expect(JSON.parse(await page.getByLabel('Headers').inputValue())).toEqual({ 'X-Status': '{{context.apiResponse.status}}' });
    expect(await page.locator('[data-field="url"] .chip').count()).toBe(0);
  });

  test('a new connection has its form', async () => {
    await open('node/refreshIfExpiring');
    await page.getByLabel('OAuth2 connection').selectOption('New connection');
    const secret = page.locator('.own-connection').getByLabel('Client secret');
    await secret.fill('typed');
    expect(await secret.getAttribute('type')).toBe('password');
  });

  test('a text that the platform would refuse has a warning where it is', async () => {
    const warned = await studio().blankPage();
    await warned.route('**/api/forms', async (route) => {
      const forms = (await (await route.fetch()).json()) as { findings: object[] };
      const problem = 'must NOT have more than 200 characters';
      const branch = extension.nodes.findIndex(({ parentType }) => parentType === PARENTS[0]?.type);
      forms.findings.push({ path: '/nodes/0/fields/1/label/deDE', problem }, { path: `/nodes/${branch}/defaultLabel/koKR`, problem });
      await route.fulfill({ json: forms });
    });
    await warned.goto(`${studio().origin}/#/node/${PARENTS[0]?.type ?? ''}`);
    const warning = warned.locator('.warning');
    await warning.first().waitFor();
    // At the top of the page for all, collapsed sections and branches included, and at the field.
    expect((await warning.allTextContents()).map((text) => text.trim())).toEqual([
      'The platform refuses this: fields/1/label/deDE must NOT have more than 200 characters.' +
        'The platform refuses this: defaultLabel/koKR must NOT have more than 200 characters.',
      'The platform refuses this: label/deDE must NOT have more than 200 characters.',
    ]);
    await warned.context().close();
    expect(await page.locator('.warning').count()).toBe(0);
  });

  test('a text that is cut would be noticed', async () => {
    const spoilt = await studio().open('node/getAccessToken');
    expect(await spoilt.evaluate(cutTexts)).toEqual([]);
    await spoilt.evaluate("Object.assign(document.querySelector('.field > label').style, { width: '20px', overflow: 'hidden', whiteSpace: 'nowrap' })");
    await spoilt.evaluate("Object.assign(document.querySelector('select').style, { width: '40px' })");
    const found = await spoilt.evaluate(cutTexts);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^LABEL [^]* is clipped sideways$/), expect.stringMatching(/^option .* does not fit$/)]));
  });
}

async function untilFocused(page: Page, label: string): Promise<void> {
  await until(`${label} has the focus`, () => page.evaluate<boolean>(`document.activeElement.labels?.[0]?.textContent.includes(${JSON.stringify(label)}) === true`));
}

/** Matches a text with this one in it. */
function containing(text: string): unknown {
  expect(text).not.toBe('');
  return expect.stringContaining(text);
}
