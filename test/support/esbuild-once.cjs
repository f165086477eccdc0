/**
 * esbuild for the tests: one for all files that a worker runs, and nothing translated twice. Each copy of esbuild
 * starts a thread and a process with its first call, and Jest loads a copy for each file.
 */
const { oncePerWorker } = require('./once-per-worker.cjs');

const esbuild = oncePerWorker('esbuild', (load) => load('esbuild'));

/** Errors of another realm are no errors here. */
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
      // What is read from files may have changed.
      return options.stdin === undefined ? build() : oncePerWorker(`build ${JSON.stringify(options)}`, build);
    } catch (thrown) {
      return rethrow(thrown);
    }
  },
};
