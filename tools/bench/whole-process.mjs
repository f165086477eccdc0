/** Whole processes from start to end: the cost of an execution that has a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { median, medianRatio } from './statistics.mjs';
import { MODULE } from './world.mjs';

const PROGRAMS = join(dirname(fileURLToPath(import.meta.url)), 'programs');
const WARM_UP_TURNS = 2;
const FIRST = 'first';
/** The worlds whose stores have a token to read. */
const isFilled = new WeakSet();

export const BARE = 'bare Node.js';
export const AXIOS = 'axios, one token request';
const AXIOS_CALL = 'axios, one token request and one call';
const NODE_HTTP = 'node:http, one token request';
const IOREDIS = 'ioredis, one script';

/**
 * The measured cases, and the targets of their ratios.
 *
 * @param redisUrl absent if there is no Redis
 */
function cases({ tokenUrl, apiUrl, storeUrl, endpointSecret, token }, redisUrl) {
  const connection = { tokenUrl, clientId: 'bench', clientSecret: 'bench' };
  const endpoint = { connection, store: 'endpoint', endpointConnection: { url: storeUrl, endpointSecret } };
  const timestamp = Math.floor(Date.now() / 1000);
  const copies = { _accessTokenCopies: { accessToken: { token, timestamp, version: 1 } } };
  const execution = (source, config, context) => [program('execution'), MODULE, source, JSON.stringify({ config, context })];
  const read = (config) => (turn) => execution(turn === FIRST ? 'token_endpoint' : 'store', { ...config, tokenName: 'warm' });
  const all = [
    { name: BARE, args: () => [program('bare')] },
    { name: NODE_HTTP, args: () => [program('node-http'), tokenUrl] },
    { name: AXIOS, args: () => [program('axios-post'), tokenUrl] },
    { name: AXIOS_CALL, args: () => [program('axios-call'), tokenUrl, apiUrl] },
    {
      name: 'token in the conversation',
      args: () => execution('conversation', { connection }, copies),
      needed: [{ reference: BARE, atMost: 1.1 }],
    },
    {
      name: 'Authorized Request, token in the conversation',
      args: () => [program('call'), MODULE, JSON.stringify({ config: { connection, url: apiUrl }, context: copies })],
      needed: [{ reference: AXIOS_CALL, atMost: 0.75 }],
    },
    {
      name: 'shared store, one read',
      args: read(endpoint),
      needed: [
        { reference: AXIOS, atMost: 0.75 },
        { reference: BARE, atMost: 1.5 },
      ],
    },
    {
      name: 'shared store, full refresh (3 requests)',
      args: (turn) => execution('token_endpoint', { ...endpoint, tokenName: `missing ${turn}` }),
      needed: [{ reference: AXIOS, atMost: 1 }],
    },
  ];
  if (redisUrl === undefined) return all;
  const redis = { connection, store: 'redis', redisConnection: { url: redisUrl } };
  return [
    ...all,
    { name: IOREDIS, args: () => [program('raw-redis'), redisUrl, 'access-token:token:warm'] },
    {
      name: 'Redis, one read',
      args: read(redis),
      needed: [{ reference: AXIOS, atMost: 0.95 }],
    },
  ];
}

/** Measures the phases of an execution that finds its token in the conversation. @returns the milliseconds of each phase */
export async function measurePhases({ tokenUrl, token }, node, turns) {
  const config = { connection: { tokenUrl, clientId: 'bench', clientSecret: 'bench' } };
  const timestamp = Math.floor(Date.now() / 1000);
  const context = { _accessTokenCopies: { accessToken: { token, timestamp, version: 1 } } };
  const args = [program('phases'), MODULE, JSON.stringify({ config, context })];
  const runs = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const { stdout } = await promisify(execFile)(node, args);
    runs.push(JSON.parse(stdout));
  }
  return Object.fromEntries(Object.keys(runs[0]).map((phase) => [phase, median(runs.map((run) => run[phase]))]));
}

function program(name) {
  return join(PROGRAMS, `${name}.cjs`);
}

/**
 * Runs all cases in turns. Each turn starts with another case.
 *
 * @param {(node: string, args: string[]) => Promise<number>} [run] measures a process; by default its milliseconds
 * @returns {Promise<Array<{ name: string, median: number, ratios: Record<string, number>, needed?: object[] }>>}
 */
export async function measureProcesses(world, redis, node, turns, run = takeTime) {
  const measured = cases(world, redis?.url);
  if (!isFilled.has(world)) {
    // Puts a token into each store, so that the reads find one.
    for (const { name, args } of measured) if (name.endsWith('one read')) await takeTime(node, args(FIRST));
    isFilled.add(world);
  }
  const times = new Map(measured.map(({ name }) => [name, []]));
  for (let turn = 0; turn < WARM_UP_TURNS + turns; turn += 1) {
    for (let index = 0; index < measured.length; index += 1) {
      const { name, args } = measured[(index + turn) % measured.length];
      const took = await run(node, args(`${node} ${turn}`));
      if (turn >= WARM_UP_TURNS) times.get(name).push(took);
    }
  }
  return measured.map(({ name, needed }) => {
    const references = new Set([BARE, AXIOS, ...(needed ?? []).map(({ reference }) => reference)]);
    const ratios = Object.fromEntries([...references].map((reference) => [reference, medianRatio(times.get(name), times.get(reference))]));
    return { name, median: median(times.get(name)), ratios, ...(needed === undefined ? {} : { needed }) };
  });
}

/** @returns how long the process took, milliseconds */
function takeTime(node, args) {
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const child = spawn(node, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.on('error', reject);
    child.on('exit', (code) => {
      const took = Number(process.hrtime.bigint() - start) / 1e6;
      if (code === 0) resolve(took);
      else reject(new Error(`${args.join(' ')} failed: ${complaint}`));
    });
  });
}
