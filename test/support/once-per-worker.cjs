/**
 * Makes something once for all test files of a worker. Jest makes everything else again for each file. The environment
 * provides the place to keep it, and `load`, which loads a package outside a file's own modules.
 */
const { results, load } = globalThis[Symbol.for('access-token.worker')];

/** @returns the result of `make` from the first time that a file of this worker asked for this name */
exports.oncePerWorker = function oncePerWorker(name, make) {
  if (!results.has(name)) results.set(name, make(load));
  return results.get(name);
};
