/**
 * How fast the Redis store is beside the bare client.
 *
 * Each operation of the built store takes turns with a raw EVALSHA that sends the same script, keys and arguments over
 * a connection of the same client library to the same server. Shown are the medians of all turns; the ratio is
 * the median of the ratios within each turn, which a machine that is busy now and then does not disturb.
 *
 * What counts is one operation at a time, since each execution has a connection of its own and waits for its answer.
 * Encrypted records are compared with a raw command and the bare cipher. Fifty at a time show what the store takes of
 * the processor when nobody waits for the network: mostly what it takes to read and write the record's JSON.
 */
import crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { loadTypeScript } from './load-typescript.mjs';
import { median, medianRatio } from './statistics.mjs';
import { MODULE } from './world.mjs';

const require = createRequire(import.meta.url);

const NEEDED_RATIO = 0.8;
const TURN_MS = 40;
const WARM_UP_TURNS = 4;
/** How many operations are under way at the same time, and whether that is what counts. */
const PARTS = [
  { records: 'plain', inFlight: 1, counts: true },
  { records: 'encrypted', inFlight: 1, counts: true },
  { records: 'plain', inFlight: 50, counts: false },
];
const KEY_PREFIX = 'bench:';
const TOKEN = {
  access_token: 'a'.repeat(1200),
  token_type: 'Bearer',
  expires_in: 3600,
  refresh_token: 'r'.repeat(200),
  scope: 'read write',
};

const { connectToRedis, RedisStore } = require(join(dirname(MODULE), 'redis.js'));
// What is not exported from the built files: the cipher on its own, and the client.
const { AesGcmCipher, Redis } = loadTypeScript(`
  export { AesGcmCipher } from './src/stores/ports/record-cipher';
  export { Redis } from 'ioredis';`);

const fingerprint = (token) => crypto.createHash('sha256').update(token).digest('hex').slice(0, 8);

const PLAIN = JSON.stringify({ token: TOKEN, timestamp: Math.floor(Date.now() / 1000) });
const TOKEN_FINGERPRINT = fingerprint(TOKEN.access_token);

/** A client that keeps what the store sends, to be sent again without the store. */
function recording(client) {
  const calls = [];
  return {
    calls,
    run: (script, keys, args) => {
      calls.push({ script, keys, args });
      return client.run(script, keys, args);
    },
    close: () => client.close(),
  };
}

/**
 * The operations; `next` sets the numbers in the raw arguments that change from one to the next, `recordAt` is where in
 * the answer the record lies, `sealsAt` where in the arguments.
 */
const OPERATIONS = {
  read: { run: (store, lane) => store.read(lane.name), recordAt: 0 },
  'checkout (not needed)': { run: (store, lane) => store.checkout(checkoutOf(lane)), recordAt: 2 },
  'checkout (granted)': {
    run: (store, lane) => store.checkout({ ...checkoutOf(lane), rejected: TOKEN_FINGERPRINT }),
    recordAt: 2,
  },
  'checkout (chain watched)': {
    run: (store, lane) => store.checkout({ ...checkoutOf(lane), watchChain: true }),
    recordAt: 2,
  },
  commit: {
    run: async (store, lane) => {
      const record = { token: TOKEN, timestamp: lane.timestamp };
      const result = await store.commit({ tokenName: lane.name, owner: lane.owner, ifVersion: lane.version, record });
      lane.version = result.version;
    },
    // The version that is replaced.
    next: (args, answer) => void (args[1] = answer[1]),
    sealsAt: 2,
  },
  release: { run: (store, lane) => store.release({ tokenName: lane.name, owner: lane.owner }) },
  heartbeat: {
    run: (store, lane) => store.heartbeat({ chainId: 'chain', hop: (lane.hop += 1), owner: lane.owner, beatWithinMs: 1000 }),
    next: (args) => void (args[2] += 1),
  },
};

function checkoutOf({ name, owner }) {
  return { tokenName: name, owner, leaseMs: 15_000, refreshPercent: 90 };
}

/** Runs one function after the other in each lane for a while. @returns operations a second */
async function throughput(lanes, run) {
  const start = process.hrtime.bigint();
  const end = start + BigInt(TURN_MS) * 1_000_000n;
  let done = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      while (process.hrtime.bigint() < end) {
        await run(lane);
        done += 1;
      }
    }),
  );
  return done / (Number(process.hrtime.bigint() - start) / 1e9);
}

async function measure(server, raw, operation, { inFlight, cipher, turns }) {
  const client = recording(connectToRedis({ url: server.url, timeoutMs: () => 4000 }));
  const store = new RedisStore({ client, keyPrefix: KEY_PREFIX, cipher, now: Date.now, fingerprint });
  const lanes = Array.from({ length: inFlight }, (_, index) => ({
    name: `token-${index}`,
    owner: crypto.randomUUID(),
    timestamp: Math.floor(Date.now() / 1000),
    version: 0,
    hop: index * 1_000_000,
  }));
  await raw.flushall();
  for (const lane of lanes) await OPERATIONS.commit.run(store, lane);
  for (const lane of lanes) await operation.run(store, lane);
  // What the store has just sent for each lane is what the raw command sends, to a key of its own.
  const sent = client.calls.slice(-lanes.length);
  client.calls.push = () => 0;
  const rawLanes = await Promise.all(
    sent.map(async ({ script, keys, args }) => {
      const own = keys.map((key) => `raw-${key}`);
      for (const [index, key] of keys.entries()) if (await raw.exists(key)) await raw.copy(key, own[index], 'REPLACE');
      const sha = await raw.script('LOAD', script.lua);
      const lane = { sha, name: lanes[0].name, keys: own, args: [...args] };
      operation.next?.(lane.args, [1, lanes[0].version]);
      return lane;
    }),
  );
  const runs = {
    ours: () => throughput(lanes, (lane) => operation.run(store, lane)),
    raw: () =>
      throughput(rawLanes, async ({ sha, name, keys, args }) => {
        if (cipher !== undefined && operation.sealsAt !== undefined) args[operation.sealsAt] = cipher.seal(PLAIN, name);
        const answer = await raw.evalsha(sha, keys.length, ...keys, ...args);
        if (cipher !== undefined && operation.recordAt !== undefined) cipher.open(answer[operation.recordAt], name);
        operation.next?.(args, answer);
      }),
  };
  const measured = { ours: [], raw: [] };
  for (let turn = 0; turn < WARM_UP_TURNS + turns; turn += 1) {
    for (const kind of turn % 2 === 0 ? ['ours', 'raw'] : ['raw', 'ours']) {
      const rate = await runs[kind]();
      if (turn >= WARM_UP_TURNS) measured[kind].push(rate);
    }
  }
  store.close();
  return {
    perSecond: median(measured.ours),
    rawPerSecond: median(measured.raw),
    ratio: medianRatio(measured.ours, measured.raw),
  };
}

/** @returns {Promise<Array<{ name: string, records: string, inFlight: number, perSecond: number, ratio: number }>>} */
export async function measureRedis(server, turns) {
  const raw = new Redis(server.url);
  const ciphers = { plain: undefined, encrypted: new AesGcmCipher(['an encryption key'], crypto) };
  const results = [];
  try {
    for (const { records, inFlight, counts } of PARTS) {
      for (const [name, operation] of Object.entries(OPERATIONS)) {
        const measured = await measure(server, raw, operation, { inFlight, cipher: ciphers[records], turns });
        const needed = counts ? { needed: { atLeast: NEEDED_RATIO } } : {};
        results.push({ name, records, inFlight, ...measured, ...needed });
      }
    }
  } finally {
    raw.disconnect();
  }
  return results;
}
