/**
 * One call of Authorized Request of the built extension, as in a process that the platform starts for it:
 * `node call.cjs MODULE EXECUTION`, the last as JSON: `{ config, context }`.
 */
const { execute } = require('./execute.cjs');

const [, , module_, json] = process.argv;

execute(require(module_).default, { type: 'authorizedRequest', ...JSON.parse(json) }).then(({ branch, result }) => {
  if (branch === 'success' && result.status === 200 && result.token.refreshed === false) return;
  process.stderr.write(`${JSON.stringify(result)}\n`);
  process.exitCode = 1;
});
