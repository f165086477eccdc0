import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import type { Browser } from 'playwright-core';

import { version } from '../../package.json';
import { RunningProgram } from '../artifacts/support/command-line';
import { untilPrinted } from '../artifacts/support/demo';
import { release } from '../artifacts/support/release';
import { describeWithChromium } from '../artifacts/support/studio';
import { launchChromium } from '../support/chromium.cjs';
import { ROOT, stepsOf } from './support/readme';

const PACKAGE = `access-token-cli-${version}.tgz`;

let folder: string;
let browser: Browser | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-walk-'));
  mkdirSync(join(folder, 'global/lib'), { recursive: true });
  await release(ROOT, join(folder, 'release'));
  copyFileSync(join(folder, 'release', PACKAGE), join(folder, PACKAGE));
});

afterAll(async () => {
  RunningProgram.killAll();
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts a command in the reader's folder. */
function start(command: string): RunningProgram {
  const PATH = [join(folder, 'global/bin'), process.env['PATH']].join(delimiter);
  return new RunningProgram(['-c', `exec ${command}`], { cwd: folder, program: 'bash', env: { PATH, npm_config_prefix: join(folder, 'global'), npm_config_prefer_offline: 'true' } });
}

describeWithChromium('a first walk', () => {
  test('leads from the download to a token in the studio, by the README alone', async () => {
    const [install = '', demo = ''] = stepsOf(readFileSync(join(ROOT, 'README.md'), 'utf8')).flatMap((step) => ('command' in step ? [step.command] : []));
    expect([install, demo]).toEqual([`npm install --global ./${PACKAGE}`, 'access-token demo']);
    const walked: Record<string, number> = {};
    let since = performance.now();
    const arrivedAt = (place: string): void => {
      const now = performance.now();
      walked[place] = Math.round((now - since) / 100) / 10;
      since = now;
    };

    expect(await start(install).ended).toMatchObject({ code: 0 });
    arrivedAt('installed');
    const running = start(demo);
    await untilPrinted(running, /Studio +http:\S+/);
    arrivedAt('studio');
    browser = await launchChromium();
    const page = await browser.newPage();
    since = performance.now();
    await page.goto(/Studio +(http:\S+)/.exec(running.out)?.[1] ?? '');
    await page.getByRole('link', { name: 'Get Access Token' }).click();
    const run = page.getByRole('button', { name: 'Run the node' });
    await run.waitFor();
    arrivedAt('node');
    await run.click();
    await page.locator('[data-fact="branch"]', { hasText: 'On Success' }).waitFor();
    const context = JSON.parse((await page.getByRole('region', { name: 'Context' }).textContent()) ?? '') as { accessToken: object };
    arrivedAt('token');
    expect(context.accessToken).toMatchObject({ access_token: expect.stringMatching(/\S/) as string, source: 'token_endpoint' });
    process.stdout.write(`walk, seconds: ${JSON.stringify(walked)}\n`);
  });
});
