/**
 * Jest's environment for Node.js, changed so that a worker compiles each file only once. Jest loads all modules again for
 * each test file, even its own ones. Compiling them again took a tenth of the fast tests' processor time.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** By file name. V8 compares only the length of a source with its compiled form. */
const compiled = new Map();
const compileFunction = vm.compileFunction;

// Jest calls this with the source of each module.
vm.compileFunction = (source, parameters, options) => {
  const known = compiled.get(options.filename);
  if (known?.source === source) return compileFunction(source, parameters, { ...options, cachedData: known.cachedData });
  const made = compileFunction(source, parameters, { ...options, produceCachedData: true });
  compiled.set(options.filename, { source, cachedData: made.cachedData });
  return made;
};

/** For `once-per-worker.cjs`. */
const worker = { results: new Map(), load: require };

module.exports = class CompiledOnceEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global[Symbol.for('access-token.worker')] = worker;
  }
};
