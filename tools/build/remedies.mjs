/**
 * Removes remedies from a program if the program never names the error. The table of remedies is the second largest part of the Function,
 * and each file of the extension contains a copy. A pasted file has a single remedy for all settings errors: correct the configuration
 * block. The message names the setting.
 */
import { readFile } from 'node:fs/promises';
import esbuild from 'esbuild';

const ERRORS = /[\\/]src[\\/]errors\.ts$/;
/** Matches a line of the table of remedies. */
const ENTRY = /^ {2}([a-z_]+): ['"`].*,$/;
/** Matches the part of the table about settings, up to the next comment. */
const SETTINGS = /^ {2}\/\/ Settings\b[^]*?(?=^ {2}\/\/)/m;

/**
 * Bundles a program twice: first to see which errors it names, then with their remedies.
 *
 * @param {import('esbuild').BuildOptions} options for one entry, `write: false`
 * @param {{isPasted?: boolean}} [place]
 * @returns {Promise<import('esbuild').BuildResult>}
 */
export async function bundleWithRemedies(options, { isPasted = false } = {}) {
  const { plugins = [] } = options;
  const { outputFiles } = await esbuild.build({ ...options, plugins: [...plugins, keepRemedies(() => false, isPasted)] });
  const named = outputFiles[0].text;
  const isNamed = (code) => named.includes(`"${code}"`) || named.includes(`'${code}'`);
  return esbuild.build({ ...options, plugins: [...plugins, keepRemedies(isNamed, isPasted)] });
}

/** @returns {import('esbuild').Plugin} */
function keepRemedies(isKept, isPasted) {
  return {
    name: 'remedies',
    setup: (build) => {
      build.onLoad({ filter: ERRORS }, async ({ path }) => {
        const whole = await readFile(path, 'utf8');
        // A pasted file has no connection: its settings are in its own text.
        const lines = (isPasted ? whole.replace(SETTINGS, '').replaceAll(' in the connection', '') : whole).split('\n');
        const kept = lines.filter((line) => {
          const [, code] = ENTRY.exec(line) ?? [];
          return code === undefined || isKept(code);
        });
        return { loader: 'ts', contents: kept.join('\n') };
      });
    },
  };
}
