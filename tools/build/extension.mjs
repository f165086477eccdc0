/**
 * The extension's own bundle. Each execution may start a new process, so a file holds what is needed together: what
 * the nodes load late, with `import()` or `require` (the store's side, the HTTP client, the Redis client, what only the editor
 * reads), lies in files of its own.
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
  // As for the injected ones, the platform's VM need not have these; and to look at them costs time in Node.js.
  define: { performance: 'undefined', Blob: 'undefined' },
  // The VM need not know `import()` either: what is loaded late is loaded with `require`.
  supported: { 'dynamic-import': false },
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  metafile: true,
};

/**
 * Bundles the main file, and then, each on its own, what it loads late. They share no code (a shared file would be one
 * more to load), so a class may be there several times: errors are recognized by their names.
 *
 * @returns {Promise<{ files: Record<string, string>, inputs: string[] }>} the files by their path in the package,
 *   and the sources of which something is in them
 */
export async function bundleExtension(root) {
  const leaner = new Leaner(root);
  const files = {};
  const inputs = [];
  const sources = new Map([['module', 'src/module.ts']]);
  // Grows while it is walked over.
  for (const [name, source] of sources) {
    const { outputFiles, metafile } = await bundleWithRemedies({
      ...OPTIONS,
      absWorkingDir: root,
      entryPoints: [source],
      outfile: `build/${name}.js`,
      plugins: [leaveOut((late) => sources.set(nameOf(late, root), late)), leaner.plugin()],
    });
    files[`build/${name}.js`] = await minifiedModule(outputFiles[0].text, `extension-${name}`);
    // A stand-in has none of the code that it is named after.
    inputs.push(...shippedInputs(metafile).filter((path) => !leaner.isStandIn(path)));
  }
  leaner.checkAllFound();
  return { files, inputs };
}

/** The file's name; a folder's `index` is named after the folder. */
function nameOf(source, root) {
  const path = relative(root, source);
  return basename(path) === 'index.ts' ? basename(dirname(path)) : basename(path, '.ts');
}

/** `import()`, and in our own sources `require`; packages use that for all they import. */
const isLate = (kind, importer) => kind === 'dynamic-import' || (kind === 'require-call' && !importer.includes('node_modules'));

/** Leaves what is loaded late out of a bundle, to be loaded from a file of its own. */
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
