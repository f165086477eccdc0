/**
 * One esbuild for all test files of a worker, which transpiles nothing twice. Jest would load a copy for each file, and each
 * copy starts a thread and a process with its first call.
 */
const { oncePerWorker } = require('./once-per-worker.cjs');

const esbuild = oncePerWorker('esbuild', (load) => load('esbuild'));

/** Errors from another realm are not `instanceof Error` here. */
function rethrow(thrown) {
  throw Object.assign(new Error(thrown.message), thrown);
}

module.exports = {
  ...esbuild,
  transformSync(source, options) {
    try {
      return oncePerWorker(`transform ${JSON.stringify([source, options])}`, () => esbuild.transformSync(source, options));
    } catch (thrown) {
      return rethrow(thrown);
    }
  },
  buildSync(options) {
    const build = () => esbuild.buildSync(options);
    try {
      // A build from files is not kept, because the files may have changed.
      return options.stdin === undefined ? build() : oncePerWorker(`build ${JSON.stringify(options)}`, build);
    } catch (thrown) {
      return rethrow(thrown);
    }
  },
};
