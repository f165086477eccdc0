/**
 * Leaves out of the extension's bundle what its dependencies never do there: of the Redis client it would be read,
 * compiled and mostly evaluated at each start. `test/artifacts/lean-bundle.live.test.ts` runs the result against real
 * servers and a real proxy.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/**
 * What the store and the client itself send by a method's name. Of each of Redis' commands, 287, the client would make four methods.
 * What the store sends besides, WAIT for one, goes through the method `call`, which takes any command.
 */
const COMMANDS = ['auth', 'eval', 'evalsha', 'select'];

/** What takes the place of whole files, by their paths below node_modules: a text, or what is made of theirs. */
const STAND_INS = {
  '@ioredis/commands/built/commands.json': (text) => {
    const all = JSON.parse(text);
    const missing = COMMANDS.filter((name) => all[name] === undefined);
    if (missing.length > 0) throw new Error(`The Redis client does not know ${missing.join(', ')} any more: see tools/build/lean.mjs.`);
    return `module.exports = ${JSON.stringify(Object.fromEntries(COMMANDS.map((name) => [name, all[name]])))};`;
  },
  // One connection to one address: src/stores/ports/redis/topologies finds the right one. Profiles of one vendor's servers aren't
  // asked for.
  'ioredis/built/cluster/index.js': 'exports.__esModule = true; exports.default = class Cluster {};',
  'ioredis/built/connectors/SentinelConnector/index.js': 'exports.__esModule = true; exports.default = exports.SentinelIterator = class {};',
  'ioredis/built/constants/TLSProfiles.js': 'exports.__esModule = true; exports.default = {};',
  // Nothing is sent in pipelines or transactions, nothing is scanned, and nobody traces.
  'ioredis/built/transaction.js': 'exports.addTransactionSupport = () => {};',
  'ioredis/built/autoPipelining.js': 'exports.shouldUseAutoPipelining = () => false;',
  'ioredis/built/ScanStream.js': 'exports.__esModule = true; exports.default = class {};',
  'ioredis/built/tracing.js': 'exports.traceConnect = exports.traceCommand = (work) => work();',
  // It would print connection options to the standard error where DEBUG is set.
  'debug/src/index.js': `
    const createDebug = () => Object.assign(() => undefined, { enabled: false });
    module.exports = Object.assign(createDebug, { default: createDebug });`,
};

/** Makes the plugin for each bundle, and knows what all of them found. */
export class Leaner {
  #root;
  #found = new Set();

  constructor(root) {
    this.#root = root;
  }

  /** @returns {import('esbuild').Plugin} */
  plugin() {
    return {
      name: 'lean',
      setup: (build) => {
        build.onLoad({ filter: /[\\/]node_modules[\\/]/ }, async ({ path }) => {
          const place = this.#placeOf(path);
          const standIn = STAND_INS[place];
          if (standIn === undefined) return undefined;
          this.#found.add(place);
          return { contents: typeof standIn === 'string' ? standIn : standIn(await readFile(path, 'utf8')), loader: 'js' };
        });
      },
    };
  }

  /** @throws Error when a dependency was rearranged: what was left out would come back unnoticed */
  checkAllFound() {
    const missing = Object.keys(STAND_INS).filter((place) => !this.#found.has(place));
    if (missing.length > 0) throw new Error(`Not in the bundle any more, see tools/build/lean.mjs: ${missing.join(', ')}.`);
  }

  /** @returns whether nothing of a file, given by its path below the root, is in the bundle */
  isStandIn(path) {
    return STAND_INS[placeIn(path)] !== undefined;
  }

  #placeOf(path) {
    return placeIn(relative(this.#root, path));
  }
}

/** A path as it is in every installation, also where a package lies inside another one. */
function placeIn(path) {
  return path.split('\\').join('/').replace(/^.*node_modules\//, '');
}
