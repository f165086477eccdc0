/**
 * Many executions in one process, as on installations that keep the runtime: `node --expose-gc heap.cjs MODULE EXECUTION
 * COUNT`. Prints JSON: the used heap in bytes after each tenth and a garbage collection, and the executions a second.
 */
const { execute } = require('./execute.cjs');

const [, , module_, json, count] = process.argv;
const TENTHS = 10;

async function main() {
  const extension = require(module_).default;
  const execution = JSON.parse(json);
  const heap = [];
  const start = process.hrtime.bigint();
  for (let tenth = 0; tenth < TENTHS; tenth += 1) {
    for (let index = 0; index < Number(count) / TENTHS; index += 1) {
      const { branch } = await execute(extension, execution);
      if (branch !== 'success') throw new Error('The execution failed.');
    }
    global.gc();
    global.gc();
    heap.push(process.memoryUsage().heapUsed);
  }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  process.stdout.write(JSON.stringify({ heap, executionsPerSecond: Number(count) / seconds }));
}

main();
