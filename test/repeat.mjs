/**
 * Runs `./build.sh test` again and again, first on an idle machine and then beside two busy loops, and prints a table:
 * `node test/repeat.mjs [--idle 5] [--busy 5] [fast]`. What each run printed is kept; exits with 1 when one failed.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BUSY_LOOPS = 2;

const { values, positionals } = parseArgs({
  options: { idle: { type: 'string', default: '5' }, busy: { type: 'string', default: '5' } },
  allowPositionals: true,
});
const folder = mkdtempSync(join(tmpdir(), 'access-token-repeat-'));
const plan = [...Array(Number(values.idle)).fill('idle'), ...Array(Number(values.busy)).fill('busy')];

function startLoops() {
  const loops = Array.from({ length: BUSY_LOOPS }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
  const stop = () => loops.forEach((loop) => loop.kill('SIGKILL'));
  process.once('exit', stop);
  return () => {
    process.removeListener('exit', stop);
    stop();
  };
}

/** @returns how it ended, and the last line, which counts the tests */
async function runTests(log) {
  const file = createWriteStream(log);
  const child = spawn('bash', [join(ROOT, 'build.sh'), 'test', ...positionals], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      file.write(text);
      tail = (tail + text).slice(-2000);
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  file.end();
  return { code, last: tail.trimEnd().split('\n').at(-1) };
}

console.log(`What each run prints: ${folder}`);
console.log('run  machine  seconds  result');
let failures = 0;
for (const [index, machine] of plan.entries()) {
  const stop = machine === 'busy' ? startLoops() : () => undefined;
  const start = Date.now();
  const { code, last } = await runTests(join(folder, `run-${index + 1}.txt`)).finally(stop);
  if (code !== 0) failures += 1;
  const seconds = Math.round((Date.now() - start) / 1000);
  console.log(`${String(index + 1).padStart(3)}  ${machine.padEnd(7)}  ${String(seconds).padStart(7)}  ${last}${code === 0 ? '' : ' FAILED'}`);
}
console.log(`${plan.length} runs, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
