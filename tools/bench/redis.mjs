/**
 * How fast the Redis store is, compared with the bare client.
 *
 * Each operation of the store takes turns with raw EVALSHAs that send the same scripts, keys and arguments to the same
 * server, over a connection of the same client library. The results are the medians of all turns. The ratio is the median
 * of the ratios within each turn, so that a machine that is busy now and then does not distort it.
 *
 * The targets are for one operation at a time, because each execution has its own connection and waits for its answer.
 * Encrypted records are compared with a raw command and the bare cipher. Fifty operations at a time show how much processor
 * time the store takes when nothing waits for the network: mostly for reading and writing the record's JSON.
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
/** How many operations are under way at the same time, and whether the target is for them. */
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

const { connectToRedis, RedisPort } = require(join(dirname(MODULE), 'redis.js'));
// The built files don't export the engine, the cipher and the client.
const { AesGcmCipher, fingerprint, Redis, StoreEngine } = loadTypeScript(`
  export { AesGcmCipher } from './src/stores/ports/record-cipher';
  export { StoreEngine } from './src/stores/engine/engine';
  export { fingerprint } from './src/sha256';
  export { Redis } from 'ioredis';`);

const PLAIN = JSON.stringify({ token: TOKEN, timestamp: Math.floor(Date.now() / 1000) });
const TOKEN_FINGERPRINT = fingerprint(TOKEN.access_token);

/** A client that records what the store sends, so that it can be sent again without the store. */
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

const OPERATIONS = {
  read: { run: (store, lane) => store.read(lane.name) },
  'checkout (not needed)': { run: (store, lane) => store.checkout(checkoutOf(lane)) },
  'checkout (granted)': { run: (store, lane) => store.checkout({ ...checkoutOf(lane), rejected: TOKEN_FINGERPRINT }) },
  'checkout (chain watched)': { run: (store, lane) => store.checkout({ ...checkoutOf(lane), watchChain: true }) },
  commit: {
    run: async (store, lane) => {
      const record = { token: TOKEN, timestamp: lane.timestamp };
      const result = await store.commit({ tokenName: lane.name, owner: lane.owner, ifVersion: lane.version, record });
      lane.version = result.version;
    },
  },
  release: { run: (store, lane) => store.release({ tokenName: lane.name, owner: lane.owner }) },
  heartbeat: {
    run: (store, lane) => store.heartbeat({ chainId: 'chain', hop: (lane.hop += 1), owner: lane.owner, beatWithinMs: 1000 }),
  },
};

function checkoutOf({ name, owner }) {
  return { tokenName: name, owner, leaseMs: 15_000, refreshPercent: 90 };
}

/** Runs the function again and again in each lane, for the time of one turn. @returns operations a second */
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
  const store = new StoreEngine(new RedisPort({ client, keyPrefix: KEY_PREFIX, cipher, now: Date.now, log: () => undefined }));
  const lanes = Array.from({ length: inFlight }, (_, index) => ({
    name: `token-${index}`,
    owner: crypto.randomUUID(),
    timestamp: Math.floor(Date.now() / 1000),
    version: 0,
    hop: index * 1_000_000,
  }));
  await raw.flushall();
  for (const lane of lanes) await OPERATIONS.commit.run(store, lane);
  // The raw commands send what the store sends for each lane, but with keys of their own.
  const rawLanes = [];
  for (const lane of lanes) {
    const before = client.calls.length;
    await operation.run(store, lane);
    const sent = client.calls.slice(before);
    for (const { keys } of sent) for (const key of keys) if (await raw.exists(key)) await raw.copy(key, `raw-${key}`, 'REPLACE');
    const commands = sent.map(async ({ script, keys, args }) => ({
      sha: await raw.script('LOAD', script.lua),
      keys: keys.map((key) => `raw-${key}`),
      args: [...args],
      sealsAt: args.indexOf('record') < 0 || script.lua.includes('HMGET') ? undefined : args.lastIndexOf('record') + 1,
      opens: script.lua.includes('HMGET') && args[0] === 'record',
    }));
    rawLanes.push({ name: lane.name, commands: await Promise.all(commands) });
  }
  client.calls.push = () => 0;
  const runs = {
    ours: () => throughput(lanes, (lane) => operation.run(store, lane)),
    raw: () =>
      throughput(rawLanes, async ({ name, commands }) => {
        for (const { sha, keys, args, sealsAt, opens } of commands) {
          if (cipher !== undefined && sealsAt !== undefined) args[sealsAt] = cipher.seal(PLAIN, name);
          const answer = await raw.evalsha(sha, keys.length, ...keys, ...args);
          if (cipher !== undefined && opens && answer[2][0]) cipher.open(answer[2][0], name);
        }
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
