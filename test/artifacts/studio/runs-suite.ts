import type { Page } from 'playwright-core';

import type { Studio } from '../support/studio';

interface Shown {
  branch: string;
  context: Record<string, { access_token?: string; source?: string; error?: { code: string; remedy: string } }>;
  input: Record<string, unknown>;
}

/** Nodes can be run from their forms. */
export function testRuns(studio: () => Studio): void {
  let page: Page;

  beforeEach(async () => {
    page = await studio().open('node/getAccessToken');
  });

  const fact = (name: string) => page.locator(`[data-fact="${name}"]`);
  const json = async (name: string): Promise<unknown> => JSON.parse((await page.getByRole('region', { name }).textContent()) ?? '');

  /** Presses the button and waits for what comes of it. */
  async function run(): Promise<Shown> {
    const answered = page.waitForResponse('**/api/runs');
    await page.getByRole('button', { name: 'Run the node' }).click();
    await answered;
    await fact('branch').waitFor();
    return {
      branch: (await fact('branch').textContent()) ?? '',
      context: (await json('Context')) as Shown['context'],
      input: (await json('Input')) as Shown['input'],
    };
  }

  test('a token for the conversation, its copy in the next run, and a fresh one in a new conversation', async () => {
    const first = await run();
    expect(first.branch).toBe('On Success');
    expect(first.context['accessToken']).toMatchObject({ source: 'token_endpoint', refreshed: true });
    expect(await fact('api-calls').textContent()).toMatch(/^[1-5] of 10$/);
    expect(await fact('time').textContent()).toMatch(/^\d+ ms$/);
    expect(await page.locator('.branches .taken').textContent()).toContain('On Success');

    const second = await run();
    expect(second.context['accessToken']).toMatchObject({ source: 'conversation', refreshed: false });
    expect(second.context['accessToken']?.access_token).toBe(first.context['accessToken']?.access_token);

    await page.getByRole('button', { name: 'New conversation' }).click();
    expect(await fact('branch').count()).toBe(0);
    const fresh = await run();
    expect(fresh.context['accessToken']).toMatchObject({ source: 'token_endpoint', refreshed: true });
  });

  test('the shared store has the token that bots use, and the result can go to the input', async () => {
    await page.getByLabel('Where the token is kept').selectOption('endpoint');
    await page.locator('[data-section="resultSection"] summary').click();
    await page.getByLabel('Where to store the result').selectOption('input');
    const { branch, input, context } = await run();
    expect(branch).toBe('On Success');
    expect(input['accessToken']).toMatchObject({ source: 'store' });
    expect(await json('Result')).toEqual(input['accessToken']);
    expect(context).not.toHaveProperty('accessToken');
  });

  test('a token of another name gets a bar of its own in the timeline', async () => {
    await page.getByLabel('Where the token is kept').selectOption('endpoint');
    await page.getByLabel('Token name').fill('crm');
    expect((await run()).branch).toBe('On Success');
    await page.goto(`${studio().origin}/#/timeline`);
    await page.locator('.token-state[data-token="crm"][data-version="1"]').waitFor();
    await page.locator('[data-row="crm"] [data-by="node"]').waitFor();
    expect(await page.locator('[data-row="accessToken"] [data-version]').count()).toBeGreaterThan(0);
  });

  test('wrong credentials in a connection of one\'s own: On Error, with code, remedy and log', async () => {
    await page.getByLabel('OAuth2 connection').selectOption('New connection');
    const own = page.locator('.own-connection');
    await own.getByLabel('Token URL').fill(studio().tokenUrl);
    await own.getByLabel('Client ID').fill('nobody');
    await own.getByLabel('Client secret').fill('canary-typed-secret-71c0');
    const { branch, context } = await run();
    expect(branch).toBe('On Error');
    expect(context['accessToken']?.error?.code).toBe('invalid_client');
    expect(context['accessToken']?.error?.remedy).not.toBe('');
    expect(await page.locator('.log li').count()).toBeGreaterThan(0);
    expect(await page.locator('section.run').innerText()).not.toContain('canary-typed-secret-71c0');
  });

  test('Refresh If Expiring finds the token still valid, and replaces a rejected one', async () => {
    await page.goto(`${studio().origin}/#/node/refreshIfExpiring`);
    await page.getByRole('heading', { name: 'Refresh If Expiring' }).waitFor();
    const first = await run();
    expect(first.branch).toBe('On Refreshed');
    const second = await run();
    expect(second.branch).toBe('On Still Valid');
    await page.locator('[data-field="rejectedToken"] .chip', { hasText: 'Access Token' }).click();
    const third = await run();
    expect(third.branch).toBe('On Refreshed');
    expect(third.context['accessToken']?.access_token).not.toBe(first.context['accessToken']?.access_token);
  });

  test('the input of a run fills in a field, and what is no JSON object is refused', async () => {
    await page.getByLabel('Token name').fill('{{input.tenant}}');
    await page.locator('summary', { hasText: 'Input of the run' }).click();
    await page.getByLabel('Input, as JSON').fill('{ "tenant": "crm" }');
    const { branch, input } = await run();
    expect(branch).toBe('On Success');
    expect(input).toMatchObject({ tenant: 'crm' });
    await page.getByLabel('Input, as JSON').fill('[1]');
    await page.getByRole('button', { name: 'Run the node' }).click();
    await page.getByRole('alert').filter({ hasText: 'must be a JSON object' }).waitFor();
  });

  test('without a connection: On Error says which field to fill in', async () => {
    await page.getByLabel('OAuth2 connection').selectOption('None');
    const { branch, context } = await run();
    expect(branch).toBe('On Error');
    expect(context['accessToken']?.error?.code).toBe('connection_missing');
  });

  test('what the server refuses is shown', async () => {
    await page.route('**/api/runs', (route) => route.fulfill({ status: 404, json: { detail: 'there is no connection x' } }));
    await page.getByRole('button', { name: 'Run the node' }).click();
    await page.getByRole('alert').filter({ hasText: 'there is no connection x' }).waitFor();
    // The browser itself says that a request failed.
    studio().complaints.length = 0;
  });
}
