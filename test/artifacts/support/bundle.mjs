/** Bundles an extension: `node bundle.mjs ROOT`. Prints as JSON the names of its files, sorted, or why that failed. */
import { bundleExtension } from '../../../tools/build/extension.mjs';

try {
  const { files } = await bundleExtension(process.argv[2]);
  console.log(JSON.stringify({ files: Object.keys(files).sort() }));
} catch (error) {
  console.log(JSON.stringify({ error: error.message }));
}
