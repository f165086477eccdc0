/** Minifies further than the bundler does, because a pasted file must be short, and a node pays for each byte it loads. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULES = join(HERE, '../../node_modules');

/** Members that may be renamed: only the generated code uses them, and no configuration, message or record. */
const INTERNAL_NAMES = new RegExp(
  `^(?:${[
    ...['authenticate', 'authentication', 'budget', 'clockAheadMs', 'commitPause', 'config', 'deadline', 'failedBeats', 'freshParameters'],
    ...['handled', 'hasCertificate', 'hopMs', 'isForeign', 'isNoted', 'isSingleUse', 'isUsable', 'keepsRefreshTokens', 'kind'],
    ...['knownAuthentication', 'lateMs', 'left', 'legacy', 'machineNow', 'maxAttempts', 'members', 'offer', 'operate'],
    ...['proof', 'protocol', 'provesClient', 'purpose', 'readTokenEndpoint', 'remedy', 'renews', 'replaces'],
    ...['secrets', 'serverTime', 'sleep', 'sleepEnd', 'spent', 'stored', 'timeoutMs', 'transient', 'transport'],
    ...['waitingTimeMs', 'warning', 'workEnd'],
  ].join('|')})$`,
);
const OPTIONS = {
  compress: { ecma: 2020, passes: 4, pure_getters: true, unsafe_arrows: true, unsafe_undefined: true },
  // Some of these names also exist in browsers.
  mangle: { properties: { regex: INTERNAL_NAMES, builtins: true } },
  // A double quote takes two bytes in the JSON request that writes the Function, a single one takes one.
  format: { ecma: 2020, max_line_len: 1000, quote_style: 1 },
};

const MODULE_OPTIONS = { compress: { ecma: 2020, passes: 4, pure_getters: true, unsafe_arrows: true }, format: { ecma: 2020 } };

/**
 * @param {string} body the statements of a function that returns what the program exports
 * @param {string} name identifies the program in the cache
 * @returns {Promise<string>} code that declares one variable, `AccessToken`
 */
export function minified(body, name) {
  return remembered(body, name, async ({ minify, shorten }) => {
    // The parameter gives the minifier a short name for `void 0`.
    const { code } = await minify(`var AccessToken = ((undefined) => {\n${shorten(body)}\n})();`, OPTIONS);
    return code;
  });
}

/**
 * @param {string} code the code of one file of the extension
 * @param {string} name identifies the file in the cache
 */
export function minifiedModule(code, name) {
  return remembered(code, name, async ({ minify }) => (await minify(code, MODULE_OPTIONS)).code);
}

/** Caches the last result, because minifying takes most of a build's time. It runs again if anything has changed. */
async function remembered(text, name, make) {
  const asked = createHash('sha256').update(JSON.stringify([await ownTexts(), text])).digest('hex');
  const memory = join(MODULES, '.cache/access-token', `${name.replaceAll('/', '-')}.json`);
  const known = existsSync(memory) ? JSON.parse(await readFile(memory, 'utf8')) : {};
  if (known.asked === asked) return known.code;
  const [{ minify }, { shorten }] = await Promise.all([import('terser'), import('./shorten.mjs')]);
  const code = await make({ minify, shorten });
  await mkdir(dirname(memory), { recursive: true });
  // Renamed into place, because another build may be reading the file.
  await writeFile(`${memory}.${process.pid}`, JSON.stringify({ asked, code }));
  await rename(`${memory}.${process.pid}`, memory);
  return code;
}

/** The other files that the result depends on. */
function ownTexts() {
  const files = [join(HERE, 'minified.mjs'), join(HERE, 'shorten.mjs'), ...['terser', 'typescript'].map((name) => join(MODULES, name, 'package.json'))];
  return Promise.all(files.map((file) => readFile(file, 'utf8')));
}
