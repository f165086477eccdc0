/** What the scale benchmark runs: the files in dist/, rendered by the built command line, and the virtual platform. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);

const rendered = new Map();

/** Fills a configuration into a built artifact, as its user does. */
export function render(artifact, config) {
  const key = JSON.stringify([artifact, config]);
  if (!rendered.has(key)) rendered.set(key, renderAnew(artifact, config));
  return rendered.get(key);
}

function renderAnew(artifact, config) {
  const folder = mkdtempSync(join(tmpdir(), 'access-token-scale-'));
  try {
    const file = join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    const args = [join(ROOT, 'dist/cli.js'), 'render', artifact, '--config', file];
    const maxBuffer = 64 * 1024 * 1024;
    return execFileSync(process.execPath, args, { encoding: 'utf8', env: {}, stdio: ['ignore', 'pipe', 'ignore'], maxBuffer });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The virtual platform of the tests, which is TypeScript. */
export function loadPlatform() {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [join(ROOT, 'test/function/support/many-tokens.ts')],
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
  });
  const folder = join(ROOT, 'node_modules/.cache/scale-bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `platform-${process.pid}.cjs`);
  writeFileSync(file, outputFiles[0].text);
  try {
    return require(file);
  } finally {
    rmSync(file);
  }
}
