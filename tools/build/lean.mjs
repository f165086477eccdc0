/**
 * Removes code of dependencies that the extension never uses. Otherwise each start would read, compile and mostly evaluate the unused
 * parts of the Redis client. `test/artifacts/lean-bundle.live.test.ts` runs the result against real servers and a real proxy.
 */
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';

/**
 * The commands that the store and the client itself send through a method with the command's name. The client would make four methods for
 * each of Redis' 287 commands. The store sends other commands, such as WAIT, through the method `call`, which takes any command.
 */
const COMMANDS = ['auth', 'eval', 'evalsha', 'select'];

/** Replacements for whole files, by their paths below node_modules: a text, or a function of the original text. */
const STAND_INS = {
  '@ioredis/commands/built/commands.json': (text) => {
    const all = JSON.parse(text);
    const missing = COMMANDS.filter((name) => all[name] === undefined);
    if (missing.length > 0) throw new Error(`The Redis client does not know ${missing.join(', ')} any more: see tools/build/lean.mjs.`);
    return `module.exports = ${JSON.stringify(Object.fromEntries(COMMANDS.map((name) => [name, all[name]])))};`;
  },
  // The client makes one connection to one address, which src/stores/ports/redis/topologies finds. Nobody uses one vendor's TLS profiles.
  'ioredis/built/cluster/index.js': 'exports.__esModule = true; exports.default = class Cluster {};',
  'ioredis/built/connectors/SentinelConnector/index.js': 'exports.__esModule = true; exports.default = exports.SentinelIterator = class {};',
  'ioredis/built/constants/TLSProfiles.js': 'exports.__esModule = true; exports.default = {};',
  // The store uses no pipelines, transactions, scans or tracing.
  'ioredis/built/transaction.js': 'exports.addTransactionSupport = () => {};',
  'ioredis/built/autoPipelining.js': 'exports.shouldUseAutoPipelining = () => false;',
  'ioredis/built/ScanStream.js': 'exports.__esModule = true; exports.default = class {};',
  'ioredis/built/tracing.js': 'exports.traceConnect = exports.traceCommand = (work) => work();',
  // With DEBUG set, it would print connection options to standard error.
  'debug/src/index.js': `
    const createDebug = () => Object.assign(() => undefined, { enabled: false });
    module.exports = Object.assign(createDebug, { default: createDebug });`,
};

/** Makes the plugin for each bundle, and collects which files they replaced. */
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

  /** @throws Error if a dependency was rearranged, so that removed code would come back unnoticed */
  checkAllFound() {
    const missing = Object.keys(STAND_INS).filter((place) => !this.#found.has(place));
    if (missing.length > 0) throw new Error(`Not in the bundle any more, see tools/build/lean.mjs: ${missing.join(', ')}.`);
  }

  /** @returns whether a file, given by its path below the root, is replaced as a whole */
  isStandIn(path) {
    return STAND_INS[placeIn(path)] !== undefined;
  }

  #placeOf(path) {
    return placeIn(relative(this.#root, path));
  }
}

/** @returns the part of a path below the innermost node_modules, which is the same in every installation */
function placeIn(path) {
  return path.split('\\').join('/').replace(/^.*node_modules\//, '');
}
