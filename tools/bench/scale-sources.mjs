/** What the scale benchmark runs: the files in dist/, filled in by the built command line, and the virtual platform. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

export const { ManyTokens, tokensOf, seeded } = loadTypeScript(`
  export * from './test/function/support/many-tokens';
  export * from './test/function/support/seeded';`);

const rendered = new Map();

/** Fills a configuration into a built artifact, as users do. */
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
