/**
 * One execution of the built extension, in a process of its own as on the platform:
 * `node execution.cjs MODULE EXPECTED_SOURCE EXECUTION`. EXECUTION is JSON: `{ type, config, context }`.
 */
const { execute } = require('./execute.cjs');

const [, , module_, expected, json] = process.argv;

execute(require(module_).default, JSON.parse(json)).then(({ branch, result }) => {
  if (branch === 'success' && result.source === expected) return;
  process.stderr.write(`${JSON.stringify(result)}\n`);
  process.exitCode = 1;
});
