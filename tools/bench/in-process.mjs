/** Many executions in one process: how many a second, and whether memory grows. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MODULE } from './world.mjs';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'programs/heap.cjs');
/** If the heap grows by more than this from the middle to the end of the run, executions leak memory. Bytes. */
const NOISE_BYTES = 64 * 1024;

/** @returns {Promise<Array<{ name: string, executions: number, executionsPerSecond: number, growthBytes: number }>>} */
export async function measureExecutions({ tokenUrl, storeUrl, endpointSecret, token }, share) {
  const connection = { tokenUrl, clientId: 'bench', clientSecret: 'bench' };
  const timestamp = Math.floor(Date.now() / 1000);
  const copies = { _accessTokenCopies: { accessToken: { token, timestamp, version: 1 } } };
  const endpoint = { store: 'endpoint', endpointConnection: { url: storeUrl, endpointSecret } };
  const parts = [
    { name: 'token in the conversation', executions: 100_000, execution: { config: { connection }, context: copies } },
    { name: 'shared store, one read', executions: 30_000, execution: { config: { connection, ...endpoint, tokenName: 'warm' } } },
  ];
  const results = [];
  for (const { name, executions, execution } of parts) {
    const count = Math.ceil(executions * share);
    const { heap, executionsPerSecond } = await run(execution, count);
    // The first tenths don't count, because caches fill and code is compiled. Compiled code comes and goes, so the smallest heap
    // of the middle is compared with the smallest of the end.
    const growthBytes = Math.min(...heap.slice(-3)) - Math.min(...heap.slice(4, 7));
    results.push({ name, executions: count, executionsPerSecond, growthBytes, needed: { growthAtMostBytes: NOISE_BYTES } });
  }
  return results;
}

async function run(execution, count) {
  const args = ['--expose-gc', PROGRAM, MODULE, JSON.stringify(execution), String(count)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}
