/**
 * Bundles an extension: `node bundle.mjs ROOT [FOLDER]`. Prints as JSON the names of its files, sorted, or why that
 * failed. With a folder, the files are written there.
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
