import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Bundles a child process of the sandbox from source, so that these tests need no build. It lies below `node_modules`,
 * where it finds the packages it loads.
 */
export function bundleProcess(source: string): string {
  const root = path.resolve(__dirname, '../../..');
  const { outputFiles } = buildSync({
    entryPoints: [path.join(root, 'tools/sandbox', source)],
    bundle: true,
    platform: 'node',
    packages: 'external',
    write: false,
    logLevel: 'error',
  });
  const directory = path.join(root, 'node_modules/.cache/sandbox-tests');
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, source.replace(/[^a-z]+/gi, '-').replace(/-ts$/, '.js'));
  // Test files run at the same time: nobody may load a half-written one.
  writeFileSync(`${file}.${process.pid}`, outputFiles[0]?.text ?? '');
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
