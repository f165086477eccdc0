import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);

/** Loads the exports of TypeScript source such as `export { X } from './test/support/x';`. Paths are relative to the root. */
export function loadTypeScript(contents) {
  const { outputFiles } = esbuild.buildSync({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
  });
  // Below node_modules, so that the code finds the packages.
  const folder = join(ROOT, 'node_modules/.cache/bench');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `sources-${process.pid}-${process.hrtime.bigint()}.cjs`);
  writeFileSync(file, outputFiles[0].text);
  try {
    return require(file);
  } finally {
    rmSync(file);
  }
}
