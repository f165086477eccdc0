/**
 * How much load one chain and one store can take: `node tools/bench/scale.mjs [--quick] [--json FILE]`, after a build.
 *
 * Time is virtual and random numbers are seeded, so all numbers except the "time at work" are the same on every machine.
 * The built Function and the built transformer run in their VMs. Where that would take hours, a model of the chain runs
 * instead. It knows only times, and is compared with the built files refresh by refresh. The exit code is 1 if the two
 * differ, if the arithmetic does not hold, or if 500 tokens that live an hour are late by more than 1 % of it.
 */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { capacities, compareWithBuilt, confirmations, lateness } from './scale-keeping.mjs';
import { beatLimits, beatLoad, executionLoad, sourceSize } from './scale-load.mjs';
import { orders } from './scale-order.mjs';
import { playedSavings, savings } from './scale-savings.mjs';

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } } });

const PARTS = [
  ['capacities', 'Tokens that one chain keeps, by lifetime and start-up delay (arithmetic)', capacities],
  ['confirmations', 'The same, played: a little fewer, and too many (model, 4 lifetimes)', confirmations],
  ['lateness', 'How late a refresh is, at a start-up of 1.5 s (model, 4 lifetimes)', lateness],
  ['built', 'The built Function and transformer beside the model', compareWithBuilt],
  ['orders', 'Which token goes first (model)', orders],
  ['executions', 'Store load of an execution', executionLoad],
  ['beats', 'Store load of a beat', beatLoad],
  ['beatLimits', 'A beat within the 5 s of a transformer', (quick, { beats }) => beatLimits(quick, beats)],
  ['source', "Tokens' settings in one Function", sourceSize],
  ['savings', 'Token requests for 1,000,000 executions with the chain, and the share that is saved (arithmetic)', savings],
  ['playedSavings', 'The same, played', playedSavings],
];

const environment = {
  node: process.version,
  platform: `${os.platform()} ${os.arch()}`,
  processor: os.cpus()[0]?.model ?? 'unknown',
  cores: os.cpus().length,
};

async function main() {
  console.log(`Node.js ${environment.node}, ${environment.platform}, ${environment.cores} cores (${environment.processor})`);
  const results = {};
  const start = Date.now();
  for (const [name, title, run] of PARTS) {
    results[name] = await run(values.quick, results);
    const { text, holds = true } = results[name];
    console.log(`\n### ${title}\n\n${text}`);
    if (holds) continue;
    console.log('\nThis does not hold: see above.');
    process.exitCode = 1;
  }
  console.log(`\n${Math.round((Date.now() - start) / 1000)} s`);
  if (values.json === undefined) return;
  const rows = Object.fromEntries(Object.entries(results).map(([name, result]) => [name, result.rows]));
  writeFileSync(values.json, `${JSON.stringify({ environment, quick: values.quick, ...rows }, null, 2)}\n`);
}

await main();
