/**
 * One execution of the built extension, as in a process that the platform starts for it:
 * `node execution.cjs MODULE EXPECTED_SOURCE EXECUTION`, the last as JSON: `{ type, config, context }`.
 */
const { execute } = require('./execute.cjs');

const [, , module_, expected, json] = process.argv;

execute(require(module_).default, JSON.parse(json)).then(({ branch, result }) => {
  if (branch === 'success' && result.source === expected) return;
  process.stderr.write(`${JSON.stringify(result)}\n`);
  process.exitCode = 1;
});
