/**
 * Leaves out of the extension's bundle what its dependencies never do there: at each start it would be read, compiled
 * and mostly evaluated. `test/artifacts/lean-bundle.live.test.ts` runs the result against real servers and a real proxy.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

const NOTHING = 'export default undefined;';

/** What takes the place of whole files, by their paths below node_modules. */
const STAND_INS = {
  // In Node.js, axios uses its `http` adapter.
  'axios/lib/adapters/xhr.js': 'export default false;',
  'axios/lib/adapters/fetch.js': 'export const getFetch = () => null;',
  // Bodies are text: no form data (which brings a table of all media types), no blobs, no data: URLs.
  'axios/lib/platform/node/classes/FormData.js': NOTHING,
  'axios/lib/helpers/formDataToStream.js': NOTHING,
  'axios/lib/helpers/readBlob.js': NOTHING,
  'axios/lib/helpers/fromDataURI.js': NOTHING,
  'axios/lib/helpers/estimateDataURLDecodedBytes.js': 'export const estimateDataURLBufferAllocation = undefined;',
  'axios/lib/helpers/toFormData.js': 'export default undefined; export const DEFAULT_FORM_DATA_MAX_DEPTH = 100;',
  'axios/lib/helpers/formDataToJSON.js': NOTHING,
  'axios/lib/helpers/HttpStatusCode.js': NOTHING,
  // Nobody watches the progress of requests this small.
  'axios/lib/helpers/AxiosTransformStream.js': NOTHING,
  // HTTP/1.1 only.
  'axios/lib/helpers/Http2Sessions.js': 'export default class Http2Sessions {}',
  // Redirects are never followed.
  'follow-redirects/index.js': 'module.exports = {};',
  // Evaluated where there is a proxy only.
  'https-proxy-agent/dist/index.js': `
    module.exports = function HttpsProxyAgent(options) {
      const { default: Agent } = require('./agent');
      return new Agent(options);
    };`,
  // One server, found by its address; profiles of one vendor's servers aren't asked for.
  'ioredis/built/cluster/index.js': 'exports.__esModule = true; exports.default = class Cluster {};',
  'ioredis/built/connectors/SentinelConnector/index.js': 'exports.__esModule = true; exports.default = exports.SentinelIterator = class {};',
  'ioredis/built/constants/TLSProfiles.js': 'exports.__esModule = true; exports.default = {};',
  // It would print connection options to the standard error where DEBUG is set.
  'debug/src/index.js': `
    const createDebug = () => Object.assign(() => undefined, { enabled: false });
    module.exports = Object.assign(createDebug, { default: createDebug });`,
};

/** Modules of Node.js itself, in the place of which these files get something else. */
const NODE_STAND_INS = {
  http2: { importer: 'axios/lib/adapters/http.js', contents: 'export default { constants: {} };' },
  // For boundaries of form data.
  crypto: { importer: 'axios/lib/platform/node/index.js', contents: NOTHING },
  // TLS takes 2 ms to load, which an Endpoint in the same network, reached by http, need not pay.
  https: {
    importer: 'axios/lib/adapters/http.js',
    contents: `
      export default {
        get Agent() { return require('https').Agent; },
        get globalAgent() { return require('https').globalAgent; },
        get request() { return require('https').request; },
      };`,
  },
  // Loaded for a compressed answer only. The constants are those of zlib.h and brotli's encode.h.
  zlib: {
    importer: 'axios/lib/adapters/http.js',
    contents: `
      export default {
        constants: { Z_SYNC_FLUSH: 2, BROTLI_OPERATION_FLUSH: 1 },
        createUnzip: (options) => require('zlib').createUnzip(options),
        createBrotliDecompress: (options) => require('zlib').createBrotliDecompress(options),
      };`,
  },
};

/** Code that is changed: what is there, and what takes its place. */
const CHANGES = {
  // Looking at the global FormData alone makes Node.js load its whole `fetch`, 10 ms at each start.
  'axios/lib/utils.js': ['const G = getGlobal();', 'const G = {};'],
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
        build.onResolve({ filter: /^[a-z0-9]+$/ }, ({ path, importer }) => {
          if (NODE_STAND_INS[path]?.importer !== this.#placeOf(importer)) return undefined;
          this.#found.add(path);
          return { path, namespace: 'lean' };
        });
        build.onLoad({ filter: /.*/, namespace: 'lean' }, ({ path }) => ({ contents: NODE_STAND_INS[path].contents }));
        build.onLoad({ filter: /[\\/]node_modules[\\/]/ }, ({ path }) => {
          const place = this.#placeOf(path);
          const contents = STAND_INS[place] ?? (CHANGES[place] && change(path, ...CHANGES[place]));
          if (contents === undefined) return undefined;
          this.#found.add(place);
          return { contents };
        });
      },
    };
  }

  /** @throws Error when a dependency was rearranged: what was left out would come back unnoticed */
  checkAllFound() {
    const known = Object.keys({ ...STAND_INS, ...NODE_STAND_INS, ...CHANGES });
    const missing = known.filter((place) => !this.#found.has(place));
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

function change(path, from, to) {
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${path} does not have "${from}" once: see tools/build/lean.mjs.`);
  return text.replace(from, () => to);
}
