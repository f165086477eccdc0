/**
 * What is made once for all files that a worker runs; Jest makes everything else anew for each. The environment gives
 * the place to keep it, and `load`, which loads a package outside of a file's own modules.
 */
const { results, load } = globalThis[Symbol.for('access-token.worker')];

/** @returns what `make` gave the first time that a file of this worker asked for this name */
exports.oncePerWorker = function oncePerWorker(name, make) {
  if (!results.has(name)) results.set(name, make(load));
  return results.get(name);
};
