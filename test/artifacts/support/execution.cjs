/**
 * Executes a node once: `node execution.cjs MODULE EXECUTION`. EXECUTION is JSON: `{ type, config, context }`. Prints JSON: the
 * branch, the result, and what was loaded for it (files of the extension, modules of Node.js).
 */
const { basename } = require('path');
// An error that comes only after a time limit would take too long in slow time.
if (process.env.IN_REAL_TIME === undefined) require('./slow-time.cjs');
const { execute } = require('../../../tools/bench/programs/execute.cjs');

const [, , file, execution] = process.argv;
const NATIVE = 'NativeModule ';

const filesBefore = new Set(Object.keys(require.cache));
const modulesBefore = new Set(process.moduleLoadList);

execute(require(file).default, JSON.parse(execution)).then((outcome) => {
  // Read before printing, because printing loads modules too.
  const modules = process.moduleLoadList.filter((name) => name.startsWith(NATIVE) && !modulesBefore.has(name));
  const files = Object.keys(require.cache).filter((name) => !filesBefore.has(name));
  console.log(
    JSON.stringify({
      ...outcome,
      node: process.versions.node,
      files: files.map((name) => basename(name)),
      modules: modules.map((name) => name.slice(NATIVE.length)),
    }),
  );
});
