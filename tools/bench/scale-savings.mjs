/** Token requests with the chain, compared with one for each execution. */
import { REFRESH_SHARE } from './scale-model.mjs';
import { ManyTokens, render, tokensOf } from './scale-sources.mjs';
import { grouped, lifetimeName, table } from './scale-table.mjs';

const EXECUTIONS = 1_000_000;
const RATES = [0.001, 0.01, 0.1, 1, 10, 100];
const LIFETIMES = [300, 900, 3600, 8 * 3600, 24 * 3600];
const PLAYED = { rate: 10, lifetime: 300, executions: 20_000 };
/** When the chain refreshes, percent of the lifetime. For the executions, the token is due at 90 %. */
const CHAIN_PERCENTS = [90, 85];
const QUICK_EXECUTIONS = 5000;

/** One request for the first token, and one in every 90 % of a lifetime for as long as the executions take. */
function requestsOf(rate, lifetime, executions = EXECUTIONS, share = REFRESH_SHARE) {
  return 1 + Math.floor(executions / rate / (lifetime * share));
}

/** The savings by arithmetic. */
export function savings() {
  const rows = LIFETIMES.map((lifetime) => ({
    lifetime,
    requests: RATES.map((rate) => requestsOf(rate, lifetime)),
  }));
  const saved = (requests) => {
    const share = (100 * (EXECUTIONS - requests)) / EXECUTIONS;
    return `${grouped(requests)} (${share < 0 ? 'more' : `${share.toFixed(share > 99 ? 3 : 1)} %`})`;
  };
  const columns = [
    ['lifetime', ({ lifetime }) => lifetimeName(lifetime)],
    ...RATES.map((rate, index) => [`${rate} a second`, ({ requests }) => saved(requests[index])]),
  ];
  return { rows, text: table(columns, rows) };
}

/** Simulates executions that get their token from the built store while the built chain refreshes it. */
export async function playedSavings(quick) {
  const executions = quick ? QUICK_EXECUTIONS : PLAYED.executions;
  const rows = [];
  for (const percent of CHAIN_PERCENTS) rows.push(await play(executions, percent));
  const columns = [
    ['executions played', (row) => grouped(row.executions)],
    ['a second', (row) => row.rate],
    ['lifetime', (row) => lifetimeName(row.lifetime)],
    ['the chain refreshes at', (row) => `${row.percent} %`],
    ['token requests', (row) => row.requests],
    ['of these by an execution', (row) => row.own],
    ['by arithmetic', (row) => row.expected],
    ['executions without a valid token', (row) => row.without],
    ['saved of 1,000,000', (row) => grouped(EXECUTIONS * (1 - row.requests / row.executions))],
  ];
  const holds = rows.every(({ without, requests, expected }) => without === 0 && Math.abs(requests - expected) <= 1);
  return { rows, text: table(columns, rows), holds };
}

async function play(executions, percent) {

  const { rate, lifetime } = PLAYED;
  const tokens = tokensOf(1, lifetime).map((token) => ({ ...token, refreshPercent: percent }));
  const platform = new ManyTokens({ chains: [{ endpoint: 'store', tokens }], render, jitter: 0.5 });
  platform.start();
  // Time enough for the chain to fetch the first token.
  await platform.run(10);
  let own = 0;
  let without = 0;
  for (let index = 0; index < executions; index += 1) {
    const token = { tokenName: 'token-0', owner: `execution-${index}` };
    const checkout = { op: 'checkout', ...token, leaseMs: 15_000, refreshPercent: 90 };
    const { data } = await platform.operate('store', checkout);
    const now = platform.clock.now();
    if (data.record === null || now >= (data.record.timestamp + lifetime) * 1000) without += 1;
    if (data.lease === 'granted') {
      // The execution came after the due time, but before the chain's report, so it refreshes the token itself.
      own += 1;
      const record = { token: data.record.token, timestamp: Math.floor(now / 1000) };
      await platform.operate('store', { op: 'commit', ...token, ifVersion: data.record.version, record });
    }
    await platform.run(1 / rate);
  }
  const requests = platform.tokenRequests + own;
  platform.close();
  const expected = requestsOf(rate, lifetime, executions, percent / 100);
  return { ...PLAYED, percent, executions, requests, own, without, expected };
}
