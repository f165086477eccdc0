/**
 * Jest's environment for Node.js, in which a worker compiles a file once. Jest loads all modules anew for each test
 * file, its own ones too, and compiling them again took a tenth of the processor time of the fast tests.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

/** By file name. V8 itself compares nothing but the length of a source with its compiled form. */
const compiled = new Map();
const compileFunction = vm.compileFunction;

// Jest calls it with each module's source.
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
