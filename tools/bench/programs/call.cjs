/**
 * One execution of the built extension's Authorized Request, in a process of its own as on the platform:
 * `node call.cjs MODULE EXECUTION`. EXECUTION is JSON: `{ config, context }`.
 */
const { execute } = require('./execute.cjs');

const [, , module_, json] = process.argv;

execute(require(module_).default, { type: 'authorizedRequest', ...JSON.parse(json) }).then(({ branch, result }) => {
  if (branch === 'success' && result.status === 200 && result.token.refreshed === false) return;
  process.stderr.write(`${JSON.stringify(result)}\n`);
  process.exitCode = 1;
});
