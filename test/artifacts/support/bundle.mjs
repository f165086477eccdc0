/**
 * Bundles an extension: `node bundle.mjs ROOT [FOLDER]`. Prints JSON: the sorted names of its files, or why it failed. With
 * FOLDER, writes the files there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleExtension } from '../../../tools/build/extension.mjs';

const [, , root, folder] = process.argv;

try {
  const { files } = await bundleExtension(root);
  if (folder !== undefined) Object.entries(files).forEach(write);
  console.log(JSON.stringify({ files: Object.keys(files).sort() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}

function write([path, text]) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
