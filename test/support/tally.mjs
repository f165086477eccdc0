/**
 * Prints where the time of a test run went, and its totals: `node test/support/tally.mjs TIER=REPORT...`. Each REPORT is a JSON
 * report of Jest. The last line, "PASSED FAILED", is for build.sh. It has Jest's totals; a file that could not run, or a
 * report that is missing, counts as one failure.
 */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

const SLOWEST = 10;

function tallyOf(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1, files: [] };
  const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, success, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const failed = numFailedTests + numRuntimeErrorTestSuites;
  const files = testResults.map(({ name, startTime, endTime }) => ({ name: relative('', name), startTime, endTime }));
  return { passed: numPassedTests, failed: success ? failed : Math.max(1, failed), files };
}

const seconds = (ms) => `${(ms / 1000).toFixed(1).padStart(6)} s`;
const lasted = ({ startTime, endTime }) => endTime - startTime;
const sum = (numbers) => numbers.reduce((one, other) => one + other, 0);

const tiers = process.argv.slice(2).map((argument) => {
  const [tier, report] = argument.split('=');
  return { tier, ...tallyOf(report) };
});
for (const { tier, files, passed, failed } of tiers) {
  const elapsed = Math.max(0, ...files.map(({ endTime }) => endTime)) - Math.min(...files.map(({ startTime }) => startTime), Infinity);
  const spent = files.length === 0 ? '' : `, in ${seconds(elapsed).trim()} (${seconds(sum(files.map(lasted))).trim()} of all files together)`;
  console.log(`${tier}: ${passed} passed, ${failed} failed in ${files.length} files${spent}`);
}
console.log(`The slowest ${SLOWEST} files:`);
const slowest = tiers.flatMap(({ files }) => files).sort((one, other) => lasted(other) - lasted(one));
for (const file of slowest.slice(0, SLOWEST)) console.log(`${seconds(lasted(file))}  ${file.name}`);
console.log(sum(tiers.map(({ passed }) => passed)), sum(tiers.map(({ failed }) => failed)));
