/**
 * `npm run pictures [-- --out FOLDER]`: draws the diagram from its text and the Flow from the built extension. The other pictures are
 * screenshots of the studio, with the demo running. Needs Chromium.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { instance as graphviz } from '@viz-js/viz';
import { withDarkColours } from './dark.mjs';
import { drawFlow } from './flow-picture.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PICTURES = join(ROOT, 'docs/pictures');
const require = createRequire(import.meta.url);
const { launchChromium } = require('../../test/support/chromium.cjs');
const extension = require('../../dist/extension/build/module.js').default;

/** After this, a step counts as failed, milliseconds. */
const PATIENCE_MS = 180_000;

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: PICTURES },
    // Tokens live so short that an outage and its recovery fit into one picture. Half of each life is left to recover.
    lifetime: { type: 'string', default: '16' },
    percent: { type: 'string', default: '50' },
  },
});
const out = resolve(values.out);

async function drawDiagram() {
  const source = readFileSync(join(PICTURES, 'architecture.dot'), 'utf8');
  const picture = (await graphviz()).renderString(source, { format: 'svg' });
  keep('architecture.svg', withDarkColours(picture));
}

/** Starts the demo. @returns the studio's address, and a function that stops the demo */
function startDemo() {
  const demo = spawn(process.execPath, ['dist/demo.js', '--lifetime', values.lifetime, '--percent', values.percent], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((done) => demo.once('exit', done));
  const stop = async () => {
    demo.kill('SIGINT');
    await ended;
  };
  return new Promise((started, failed) => {
    createInterface({ input: demo.stdout }).on('line', (line) => {
      const [, address] = /Studio +(http\S+)/.exec(line) ?? [];
      if (address !== undefined) started({ address, stop });
    });
    void ended.then((code) => failed(new Error(`The demo ended with ${code} before the studio was there.`)));
  });
}

async function takeForms(page, address) {
  const nodes = { getAccessToken: 'get-access-token.png', refreshIfExpiring: 'refresh-if-expiring.png' };
  for (const [type, file] of Object.entries(nodes)) {
    await page.goto(`${address}#/node/${type}`);
    await page.getByLabel('Where the token is kept').selectOption('endpoint');
    await page.locator('summary', { hasText: 'Refresh' }).first().click();
    await take(page.locator('form.editor'), file);
  }
  await page.goto(`${address}#/connection/oauth2ClientCredentials`);
  await take(page.locator('form.editor'), 'oauth2-client-credentials.png');
}

/** Takes a picture of an outage across a refresh point, with the recovery. */
async function takeOutage(page, address) {
  await page.goto(`${address}#/timeline`);
  const state = page.locator('.token-state');
  const outage = page.getByRole('button', { name: 'Token endpoint down' });
  const version = async () => Number(await state.getAttribute('data-version'));
  const until = async (what, holds) => {
    const deadline = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > deadline) throw new Error(`This never came true: ${what}.`);
      await page.waitForTimeout(100);
    }
  };
  const isAtLeast = (least) => until(`version ${least} of the token has come`, async () => (await version()) >= least);
  /** Counts failures. One row may stand for several. */
  const failures = async () => {
    const times = await page.locator('[data-kind=failure]').evaluateAll((rows) => rows.map(({ dataset }) => Number(dataset.times)));
    return times.reduce((sum, one) => sum + one, 0);
  };

  const before = (await version()) + 1;
  await isAtLeast(before);
  await outage.click();
  await until('two token requests have failed', async () => (await failures()) > 1);
  await outage.click();
  await isAtLeast(before + 1);
  await isAtLeast(before + 2);
  await page.mouse.move(0, 0);
  await take(page.locator('main'), 'outage.png');
  const failed = await page.locator('[data-count=failed]').textContent();
  if (failed !== '0') throw new Error(`${failed} messages failed: the picture would show no healing.`);
}

/** Takes a screenshot of an element, with a margin around it. */
async function take(locator, file) {
  await locator.evaluate((element) => (element.style.padding = '14px'));
  keep(file, await locator.screenshot({ animations: 'disabled' }));
}

function keep(file, content) {
  writeFileSync(join(out, file), content);
  console.log(`${file}: ${Math.ceil(content.length / 1024)} KB`);
}

mkdirSync(out, { recursive: true });
await drawDiagram();
keep('flow.svg', drawFlow(extension.nodes));
const browser = await launchChromium();
try {
  const { address, stop } = await startDemo();
  try {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 }, colorScheme: 'light' });
    page.setDefaultTimeout(PATIENCE_MS);
    await takeForms(page, address);
    await takeOutage(page, address);
  } finally {
    await stop();
  }
} finally {
  await browser.close();
}
