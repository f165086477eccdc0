/** The load on the store: sessions read and written, bytes, and time. */
import { Buffer } from 'node:buffer';
import { REFRESH_SHARE, paceOf } from './scale-model.mjs';
import { ManyTokens, render, tokensOf } from './scale-sources.mjs';
import { grouped, table } from './scale-table.mjs';

const COUNTS = [1, 10, 100, 500, 1000, 2000, 5000, 10_000];
const MOST_QUICK_TOKENS = 500;
const READ_TIMES = [1, 5, 20];
/** The time limit of a transformer, milliseconds. */
const TIME_LIMIT_MS = 5000;
/** The most tokens that the store's protocol allows in one report. */
const MOST_BEAT_TOKENS = 10_000;
/** The largest request that the management API takes, by its documentation. Bytes. */
const MOST_BYTES = 60_000;
const HOUR = 3600;
const TIMED_BEATS = 5;
const INSTANT = { readMs: 0, reads: 'parallel' };

function platformWith(count, readTimes) {
  const chains = [{ endpoint: 'store', tokens: tokensOf(count, HOUR) }];
  return new ManyTokens({ chains, render, readTimes, maxFunctionCharacters: Infinity });
}

/** A report as the Function sends it. */
function beatOf(count, hop) {
  const tokens = tokensOf(count, HOUR).map(({ tokenName }) => ({ tokenName, refreshPercent: 90 }));
  const ids = { chainId: 'm4x8k2p1-abc123', hop, owner: `m4x8k2p1-abc123/${hop}/1x2y3z` };
  return { op: 'beat', ...ids, leaseMs: 30_000, beatWithinMs: 990_000, tokens };
}

/** Runs one operation. @returns what it reads and writes, and the bytes of its request and its answer */
async function measure(platform, operation) {
  const { sessions } = platform;
  sessions.load = { reads: 0, writes: 0, bytesRead: 0, bytesWritten: 0 };
  const { status, data } = await platform.operate('store', operation);
  if (status !== 200) throw new Error(`The store answered HTTP ${status}.`);
  await platform.run(1);
  const size = (value) => JSON.stringify(value).length;
  return { ...sessions.load, request: size({ endpointSecret: 'x'.repeat(64), tokenStore: operation }), answer: size(data) };
}

/** The load of the operations that a node's execution sends. */
export async function executionLoad() {
  const platform = platformWith(1, INSTANT);
  await platform.issueAll();
  await platform.operate('store', beatOf(1, 0));
  const token = { tokenName: 'token-0', owner: '5f9d2c1e-0000-4000-8000-000000000000' };
  const checkout = { op: 'checkout', ...token, leaseMs: 15_000, refreshPercent: 90 };
  const rows = [
    { name: 'checkout, valid token', ...(await measure(platform, checkout)) },
    { name: 'the same, looking after the chain', ...(await measure(platform, { ...checkout, watchChain: true })) },
  ];
  await platform.run(HOUR * REFRESH_SHARE);
  rows.push({ name: 'refresh: checkout, lease granted', ...(await measure(platform, checkout)) });
  const record = { token: { access_token: 'a'.repeat(1200), token_type: 'Bearer', expires_in: HOUR } };
  const timestamp = Math.floor(platform.clock.now() / 1000);
  const commit = { op: 'commit', ...token, ifVersion: 1, record: { ...record, timestamp } };
  rows.push({ name: 'refresh: commit', ...(await measure(platform, commit)) });
  platform.close();
  const columns = [['operation', ({ name }) => name], ...loadColumns];
  return { rows, text: table(columns, rows) };
}

const loadColumns = [
  ['sessions read', ({ reads }) => grouped(reads)],
  ['values written', ({ writes }) => grouped(writes)],
  ['bytes read', ({ bytesRead }) => grouped(bytesRead)],
  ['bytes written', ({ bytesWritten }) => grouped(bytesWritten)],
  ['request, bytes', ({ request }) => grouped(request)],
  ['answer, bytes', ({ answer }) => grouped(answer)],
];

/** The load of the chain's report when the store has all tokens and one of them is due. */
export async function beatLoad(quick) {
  const rows = [];
  for (const count of COUNTS.filter((tokens) => !quick || tokens <= MOST_QUICK_TOKENS)) {
    const platform = platformWith(count, INSTANT);
    await platform.issueAll();
    await platform.run(HOUR * REFRESH_SHARE);
    rows.push({ count, ...(await measure(platform, beatOf(count, 0))), ms: await timeOfBeat(count) });
    platform.close();
  }
  const columns = [['tokens', ({ count }) => grouped(count)], ...loadColumns, ['time at work, ms', ({ ms }) => ms.toFixed(1)]];
  return { rows, text: table(columns, rows), holds: rows.every(({ count, reads }) => reads === readsOf(count)) };
}

/** The shortest of a few reports in real time, without waiting for the storage. @returns milliseconds */
async function timeOfBeat(count) {
  const platform = platformWith(count);
  await platform.issueAll();
  const times = [];
  for (let hop = 0; hop < TIMED_BEATS; hop += 1) {
    const start = process.hrtime.bigint();
    await platform.operate('store', beatOf(count, hop));
    times.push(Number(process.hrtime.bigint() - start) / 1e6);
  }
  platform.close();
  return Math.min(...times);
}

/** The reads of one report: record and lease of each token, the chain's state twice, and the lease that is granted. */
function readsOf(count) {
  return 2 * count + 3;
}

/** From how many tokens on a report may exceed the time limit, and how many tokens a chain keeps with reports that slow. */
export async function beatLimits(quick, { rows: beats }) {
  const { count, ms } = beats.at(-1);
  const msPerToken = ms / count;
  const rows = [];
  for (const readMs of READ_TIMES.filter((time) => !quick || time > 1)) {
    const serial = Math.floor((TIME_LIMIT_MS / readMs - readsOf(0)) / 2);
    rows.push({
      readMs,
      serial,
      kept: Math.min(serial, keptWith(readMs)),
      answered: await isAnswered(serial - 1, readMs),
      refused: !(await isAnswered(serial + 1, readMs)),
      // Four reads, one after the other: chain, all tokens at once, chain, lease.
      parallel: Math.min(MOST_BEAT_TOKENS, Math.floor((TIME_LIMIT_MS - 4 * readMs) / msPerToken)),
    });
  }
  const columns = [
    ['one read takes', ({ readMs }) => `${readMs} ms`],
    ['one after the other: most tokens a beat', ({ serial }) => grouped(serial)],
    ['played: one token fewer, one more', ({ answered, refused }) => `${answered ? 'answered' : 'REFUSED'}, ${refused ? 'refused' : 'ANSWERED'}`],
    ['of these kept at 1 h and 1.5 s', ({ kept }) => grouped(kept)],
    ['all at once: most tokens a beat', ({ parallel }) => grouped(parallel)],
  ];
  return { rows, text: table(columns, rows), holds: rows.every(({ answered, refused }) => answered && refused) };
}

/** How many tokens that live an hour one chain keeps. More tokens slow down each report; all refreshes must fit into 90 % of it. */
function keptWith(readMs) {
  let count = 1;
  const hop = (tokens) => paceOf(1.5) + (readsOf(tokens) * readMs) / 1000;
  while ((count + 1) * hop(count + 1) <= HOUR * REFRESH_SHARE) count += 1;
  return count;
}

async function isAnswered(count, readMs) {
  const platform = platformWith(count, { readMs, reads: 'serial' });
  const { status } = await platform.operate('store', beatOf(count, 0));
  platform.close();
  return status === 200;
}

/** How many tokens' settings fit into one Function, whose source is sent in one request. */
export function sourceSize() {
  const sizeWith = (count) => {
    const tokens = tokensOf(count, HOUR).map(({ tokenName }) => ({
      tokenName: tokenName.padEnd(12, '-'),
      tokenUrl: 'https://login.example.com/oauth2/token',
      clientId: '00000000-0000-4000-8000-000000000000',
      clientSecret: 's'.repeat(40),
    }));
    const ids = { functionId: '64b7f0c2a1b2c3d4e5f60718', endpointSecret: 'x'.repeat(64), apiKey: 'k'.repeat(128) };
    const urls = { storeUrl: `https://endpoint.example.com/${'0'.repeat(64)}`, apiUrl: 'https://api.example.com' };
    return Buffer.byteLength(JSON.stringify({ code: render('function', { tokens, ...ids, ...urls }), isDisabled: false }));
  };
  const [one, hundred] = [sizeWith(1), sizeWith(100)];
  const each = (hundred - one) / 99;
  const most = Math.floor((MOST_BYTES - one) / each) + 1;
  const rows = [{ one, each, most }];
  const columns = [
    ['the request with one token, bytes', (row) => grouped(row.one)],
    ['each further one', (row) => grouped(row.each)],
    [`most in ${grouped(MOST_BYTES)}`, (row) => grouped(row.most)],
  ];
  return { rows, text: table(columns, rows) };
}
