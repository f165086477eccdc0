/**
 * The built transformer, compared with a handler that does nothing in the same Express server.
 *
 * The targets are for the operations that executions wait for. The other operations are rare: a token is written once in
 * its life, and each instance of the chain reports once. They encrypt with a fresh nonce or write another session, and
 * their numbers show the cost of that.
 */
import { spawn } from 'node:child_process';
import crypto from 'node:crypto';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import express from 'express';
import { median, medianRatio } from './statistics.mjs';
import { builtTransformer } from './world.mjs';

const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), 'programs/load.cjs');
const TURN_MS = 150;
const WARM_UP_TURNS = 8;
/** Enough requests at a time to keep the server busy. */
const IN_FLIGHT = 16;
const NEEDED_RATIO = 0.8;
const WAITED_FOR = ['read', 'checkout (not needed)', 'release'];

/** @returns {Promise<Array<{ name: string, perSecond: number, noOpPerSecond: number, ratio: number, needed: object }>>} */
export async function measureTransformer({ endpointSecret, token }, turns) {
  const { server, storeUrl, noOpUrl } = await startServer(endpointSecret);
  const timestamp = Math.floor(Date.now() / 1000);
  const operation = (op) => ({ endpointSecret, tokenStore: { tokenName: 'warm', ...op } });
  await post(storeUrl, { endpointSecret, token, timestamp, tokenName: 'warm' });
  const lease = { owner: 'bench', leaseMs: 15_000 };
  const bodies = {
    read: operation({ op: 'read' }),
    'checkout (not needed)': operation({ op: 'checkout', ...lease, refreshPercent: 90 }),
    release: operation({ op: 'release', owner: 'bench' }),
    'update (classic)': { endpointSecret, token, timestamp, tokenName: 'classic' },
    'beat (1 token)': {
      endpointSecret,
      tokenStore: { op: 'beat', chainId: 'bench', hop: 1, ...lease, tokens: [{ tokenName: 'warm', refreshPercent: 90 }] },
    },
  };
  const results = [];
  for (const [name, body] of Object.entries(bodies)) {
    const text = JSON.stringify(body);
    // Both get the same body, so that both spend the same time reading it.
    const [ours, noOp] = [new Load(storeUrl, text), new Load(noOpUrl, text)];
    const rates = { ours: [], noOp: [] };
    for (let turn = 0; turn < WARM_UP_TURNS + turns; turn += 1) {
      const pair = turn % 2 === 0 ? ['ours', 'noOp'] : ['noOp', 'ours'];
      for (const kind of pair) {
        const rate = await (kind === 'ours' ? ours : noOp).turn();
        if (turn >= WARM_UP_TURNS) rates[kind].push(rate);
      }
    }
    ours.end();
    noOp.end();
    results.push({
      name,
      perSecond: median(rates.ours),
      noOpPerSecond: median(rates.noOp),
      ratio: medianRatio(rates.ours, rates.noOp),
      ...(WAITED_FOR.includes(name) ? { needed: { atLeast: NEEDED_RATIO } } : {}),
    });
  }
  await new Promise((resolve) => server.close(resolve));
  return results;
}

async function startServer(endpointSecret) {
  const store = loadHandlers(builtTransformer({ endpointSecret }));
  const noOp = loadHandlers(`createRestTransformer({
    handleInput: async ({ response }) => {
      response.status(200).json({});
      return null;
    },
  });`);
  const app = express();
  app.use(express.json());
  for (const [path, handlers] of Object.entries({ store, 'no-op': noOp })) {
    app.post(`/${path}`, (request, response) => handlers.handleInput({ endpoint: {}, request, response }));
  }
  const server = await new Promise((resolve) => {
    const listening = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  return { server, storeUrl: `${url}/store`, noOpUrl: `${url}/no-op` };
}

/** Loads a transformer file with the platform's globals that it needs, and with sessions in memory. */
function loadHandlers(source) {
  const sessions = new Map();
  let handlers;
  const globals = {
    crypto,
    console,
    createRestTransformer: (given) => (handlers = given),
    getSessionStorage: async (_userId, sessionId) => {
      if (!sessions.has(sessionId)) sessions.set(sessionId, {});
      return sessions.get(sessionId);
    },
  };
  const { code } = esbuild.transformSync(source, { loader: 'ts' });
  new Function(...Object.keys(globals), code)(...Object.values(globals));
  return handlers;
}

async function post(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`The store answered HTTP ${response.status}.`);
}

/** Clients in a child process, so that this process only serves. */
class Load {
  #child;
  #lines;

  constructor(url, body) {
    const args = [PROGRAM, url, String(TURN_MS), String(IN_FLIGHT), body];
    this.#child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** @returns answers a second */
  async turn() {
    this.#child.stdin.write('turn\n');
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The clients ended.');
    return Number(value);
  }

  end() {
    this.#child.stdin.end('end\n');
  }
}
