import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tar from 'tar';

/** The head of a PNG: signature and IHDR, which is all that is looked at. */
export function pngHead(width: number, height: number): Buffer {
  const size = Buffer.alloc(8);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), size]);
}

/** Packs an extension whose `build/module.js` is `moduleSource`; `files` replaces or (with `null`) leaves out files. */
export async function packExtension(
  moduleSource: string,
  files: Record<string, string | Buffer | null> = {},
): Promise<{ file: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'extension-test-'));
  const contents: Record<string, string | Buffer | null> = {
    'build/module.js': moduleSource,
    'package.json': JSON.stringify({ name: 'fixture', version: '1.0.0', main: 'build/module.js' }),
    'package-lock.json': '{}',
    'README.md': '# Fixture',
    'icon.png': pngHead(64, 64),
    ...files,
  };
  const names = Object.keys(contents).filter((name) => contents[name] !== null);
  for (const name of names) {
    await mkdir(path.dirname(path.join(directory, name)), { recursive: true });
    await writeFile(path.join(directory, name), contents[name] ?? '');
  }
  const file = path.join(directory, 'fixture.tar.gz');
  await tar.create({ gzip: true, cwd: directory, file }, names);
  return { file, remove: () => rm(directory, { recursive: true, force: true }) };
}
