/**
 * `npm run bench [-- --quick] [-- --out FOLDER]`: measures the built files, shows the results, and writes them to FOLDER
 * (default docs/bench/) as `results.json`, `results.md` and `start-up.svg`. The exit code is 1 if a number misses its target.
 * `--quick` ignores the targets, and writes only to a given FOLDER.
 *
 * `npm run bench -- --instructions` counts the instructions of whole processes instead, for machines that are too busy to
 * measure times. It takes a few minutes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureExecutions } from './in-process.mjs';
import { drawStartUp } from './picture.mjs';
import { measureRedis } from './redis.mjs';
import { countInstructions } from './instructions.mjs';
import { isMet, processTable, toMarkdown, verdicts } from './report.mjs';
import { measureTransformer } from './transformer.mjs';
import { measurePhases, measureProcesses } from './whole-process.mjs';
import { nodeVersions, ROOT, startRedis, startWorld } from './world.mjs';

/** The number of turns of each part, and the share of the executions in one process. */
const FULL = { processes: 41, transformer: 21, redis: 41, executions: 1 };
const QUICK = { processes: 5, transformer: 3, redis: 5, executions: 0.05 };

async function measure({ processes, transformer, redis: redisTurns, executions }) {
  const redis = await startRedis();
  const world = await startWorld();
  try {
    const wholeProcess = [];
    for (const { name, program } of nodeVersions()) {
      say(`Whole processes, ${name} …`);
      const rows = await measureProcesses(world, redis, program, processes);
      wholeProcess.push({ node: name, rows, phases: await measurePhases(world, program, processes) });
    }
    say('Executions in one process …');
    const inProcess = await measureExecutions(world, executions);
    say('The transformer …');
    const transformerRows = await measureTransformer(world, transformer);
    say('The Redis store …');
    const redisRows = redis === undefined ? [] : await measureRedis(redis, redisTurns);
    return { machine: machine(), wholeProcess, inProcess, transformer: transformerRows, redis: redisRows };
  } finally {
    await world.close();
    await redis?.close();
  }
}

async function showInstructions() {
  const redis = await startRedis();
  const world = await startWorld();
  try {
    process.stdout.write(`${processTable('millions of instructions', await measureProcesses(world, redis, process.execPath, 1, countInstructions))}\n`);
  } finally {
    await world.close();
    await redis?.close();
  }
}

function machine() {
  const [cpu] = cpus();
  return { cpu: cpu.model.trim(), cores: cpus().length, system: `${platform()} ${arch()}`, node: process.version };
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

async function main() {
  const flag = { type: 'boolean', default: false };
  const { values } = parseArgs({ options: { quick: flag, instructions: flag, out: { type: 'string' } } });
  if (values.instructions) return showInstructions();
  const results = await measure(values.quick ? QUICK : FULL);
  const markdown = toMarkdown(results);
  process.stdout.write(markdown);
  const folder = values.out ?? (values.quick ? undefined : join(ROOT, 'docs/bench'));
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(join(folder, 'results.md'), markdown);
    writeFileSync(join(folder, 'start-up.svg'), drawStartUp(results.wholeProcess[0]));
    say(`Written to ${resolve(folder)}.`);
  }
  // A few turns are too few to judge by.
  if (values.quick) return;
  const missed = verdicts(results).filter((verdict) => !isMet(verdict));
  for (const { what, value, needed } of missed) say(`MISSED: ${what}: ${value.toFixed(2)}, needed ${needed}`);
  if (missed.length > 0) process.exitCode = 1;
}

await main();
