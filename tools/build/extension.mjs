/**
 * Bundles the extension. Each execution may start a new process, so a file contains only what is needed together. Code that the nodes load
 * late, with `import()` or `require`, gets its own files: the store's side, the HTTP client, the Redis client, what only the editor reads.
 */
import { basename, dirname, relative } from 'node:path';
import { Leaner } from './lean.mjs';
import { shippedInputs } from './notices.mjs';
import { minifiedModule } from './minified.mjs';
import { bundleWithRemedies } from './remedies.mjs';

const OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'cjs',
  minify: true,
  charset: 'utf8',
  inject: ['src/node-globals.ts'],
  // The platform's VM may lack these globals, like the injected ones. In Node.js, reading them costs time.
  define: { performance: 'undefined', Blob: 'undefined' },
  // The VM may not support `import()` either, so late code is loaded with `require`.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  metafile: true,
};

/**
 * Bundles the main file, and then each file that is loaded late. They share no code, because a shared file would be one more to load. So a
 * class may exist several times, and errors are recognized by their names.
 *
 * @returns {Promise<{ files: Record<string, string>, inputs: string[] }>} the files by their path in the package,
 *   and the sources that contribute code to them
 */
export async function bundleExtension(root) {
  const leaner = new Leaner(root);
  const files = {};
  const inputs = [];
  const sources = new Map([['module', 'src/module.ts']]);
  // The map grows during this loop.
  for (const [name, source] of sources) {
    const { outputFiles, metafile } = await bundleWithRemedies({
      ...OPTIONS,
      absWorkingDir: root,
      entryPoints: [source],
      outfile: `build/${name}.js`,
      plugins: [leaveOut((late) => sources.set(nameOf(late, root), late)), leaner.plugin()],
    });
    files[`build/${name}.js`] = await minifiedModule(outputFiles[0].text, `extension-${name}`);
    // A stand-in contains none of the code of the file it replaces.
    inputs.push(...shippedInputs(metafile).filter((path) => !leaner.isStandIn(path)));
  }
  leaner.checkAllFound();
  return { files, inputs };
}

/** @returns the name of the bundled file. A folder's `index` is named after the folder. */
function nameOf(source, root) {
  const path = relative(root, source);
  return basename(path) === 'index.ts' ? basename(dirname(path)) : basename(path, '.ts');
}

/** Late loading is `import()`, and `require` in our own sources. Packages use `require` for everything. */
const isLate = (kind, importer) => kind === 'dynamic-import' || (kind === 'require-call' && !importer.includes('node_modules'));

/** Leaves late code out of a bundle. It is loaded from its own file. */
function leaveOut(found) {
  return {
    name: 'leave-out',
    setup(build) {
      build.onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (!isLate(kind, importer) || pluginData === 'resolving') return undefined;
        const { path: source, errors } = await build.resolve(path, { kind, resolveDir, pluginData: 'resolving' });
        if (errors.length > 0) return { errors };
        found(source);
        return { path: `./${nameOf(source, build.initialOptions.absWorkingDir)}.js`, external: true };
      });
    },
  };
}
