/**
 * `node tools/bench/first-walk.mjs`: walks from the download to the first token as README.md says under "See it run", in an
 * empty folder with an empty npm cache, and prints how long each step took. A browser presses the buttons. Needs Chromium.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { ROOT } from './world.mjs';

const require = createRequire(import.meta.url);
const { launchChromium } = require('../../test/support/chromium.cjs');
const { version } = require('../../package.json');

const PACKAGE = `access-token-cli-${version}.tgz`;
/** Words a minute of somebody who reads a text that is new to them. */
const READING_SPEED = 230;

const folder = mkdtempSync(join(tmpdir(), 'access-token-walk-'));
const readers = join(folder, 'reader');
const environment = {
  ...process.env,
  PATH: `${join(folder, 'global/bin')}:${process.env.PATH}`,
  npm_config_prefix: join(folder, 'global'),
  npm_config_cache: join(folder, 'cache'),
};

/** Runs a line of the README as the reader does, in a process group of its own. */
function type(line, cwd = folder) {
  const child = spawn('bash', ['-c', line], { cwd, env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  const listeners = new Set();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`"${line}" ended with ${code}: ${said}`))));
  });
  const until = (pattern) =>
    Promise.race([
      new Promise((resolve) => {
        const look = () => pattern.test(said) && resolve(pattern.exec(said)[1]);
        listeners.add(look);
        look();
      }),
      ended.then(() => Promise.reject(new Error(`"${line}" ended without ${pattern}: ${said}`))),
    ]);
  return { ended, until, interrupt: () => process.kill(-child.pid, 'SIGINT') };
}

/** The commands under a heading of the README, and the words of it that come before. */
function readmeUpTo(heading) {
  const [before, after] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(`## ${heading}\n`);
  const commands = /```sh\n([^]*?)```/.exec(after)[1].trim().split('\n');
  return { words: before.split(/\s+/).filter((word) => /\w/.test(word)).length, commands };
}

const steps = [];
async function timed(step, walk) {
  const start = performance.now();
  const outcome = await walk();
  steps.push([step, (performance.now() - start) / 1000]);
  return outcome;
}

async function main() {
  const [install, demo] = readmeUpTo('See it run').commands;
  const understanding = readmeUpTo('Five steps to an answer').words;
  await type(`node '${join(ROOT, 'tools/build/release.mjs')}' --out '${readers}'`, ROOT).ended;
  copyFileSync(join(readers, PACKAGE), join(folder, PACKAGE));

  await timed(`\`${install}\`, with an empty npm cache`, () => type(install).ended);
  const running = type(demo);
  // Its own test says how it ends. Here it is ended by hand.
  running.ended.catch(() => undefined);
  const browser = await launchChromium();
  try {
    const address = await timed(`\`${demo}\`, until it prints the studio's address`, () => running.until(/Studio +(http:\S+)/));
    const page = await browser.newPage();
    await timed('open the studio, and *Get Access Token* in it', async () => {
      await page.goto(address);
      await page.getByRole('link', { name: 'Get Access Token' }).click();
      await page.getByRole('button', { name: 'Run the node' }).waitFor();
    });
    await timed('*Run the node*, until the token is there', async () => {
      await page.getByRole('button', { name: 'Run the node' }).click();
      await page.locator('[data-fact="branch"]', { hasText: 'On Success' }).waitFor();
      const { accessToken } = JSON.parse(await page.getByRole('region', { name: 'Context' }).textContent());
      if (typeof accessToken.access_token !== 'string') throw new Error('There is no token.');
    });
  } finally {
    running.interrupt();
    await browser.close();
    await running.ended.catch(() => undefined);
  }
  const total = steps.reduce((sum, [, seconds]) => sum + seconds, 0);
  const rows = [...steps, ['**from the download to the first token**', total]].map(([step, seconds]) => `| ${step} | ${seconds.toFixed(1)} |`);
  const minutes = (understanding / READING_SPEED).toFixed(1);
  process.stdout.write(
    [
      `README.md up to its five steps: ${understanding} words, ${minutes} minutes at ${READING_SPEED} words a minute.`,
      '',
      '| step | seconds |',
      '| --- | ---: |',
      ...rows,
      '',
    ].join('\n'),
  );
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
