/**
 * One execution of a node: `node execution.cjs MODULE EXECUTION`, the last as JSON `{ type, config, context }`.
 * Prints as JSON the branch, the result, and what was loaded for it: files of the extension, modules of Node.js.
 */
const { basename } = require('path');
// Where an error is told only when the time is up, nobody can wait for slow time.
if (process.env.IN_REAL_TIME === undefined) require('./slow-time.cjs');
const { execute } = require('../../../tools/bench/programs/execute.cjs');

const [, , file, execution] = process.argv;
const NATIVE = 'NativeModule ';

const filesBefore = new Set(Object.keys(require.cache));
const modulesBefore = new Set(process.moduleLoadList);

execute(require(file).default, JSON.parse(execution)).then((outcome) => {
  // Looked at first: printing loads modules too.
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
