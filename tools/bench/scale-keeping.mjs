/** How many tokens one chain keeps, and how late each refresh is. */
import { capacity, LATENCIES, paceOf, simulate } from './scale-model.mjs';
import { ManyTokens, render, tokensOf } from './scale-sources.mjs';
import { grouped, lifetimeName, seconds, spread, table } from './scale-table.mjs';

const LIFETIMES = [300, 900, 1800, 3600, 8 * 3600, 24 * 3600];
const STARTUPS = [0.5, 1.5, 5, 15];
const HOUR = 3600;
const USUAL_STARTUP = 1.5;
/** The arithmetic is confirmed for this many tokens. With fewer, a share of them means little; with more, it takes hours. */
const FEWEST_CONFIRMED = 10;
const MOST_CONFIRMED = 5000;
const JITTER = 0.5;
const LIFETIMES_PLAYED = 4;
/** The target: this many tokens that live an hour are late by at most this share of their lifetime. */
const BAR = { count: 500, share: 0.01 };

const COUNTS = [
  ...[10, 100, 500, 1000, 1500, 2000].map((count) => ({ count, lifetime: HOUR })),
  ...[2000, 5000, 10_000].map((count) => ({ count, lifetime: 8 * HOUR })),
];
/** The runs of the built files, and for how many lifetimes. The largest runs cover only the start. */
const BUILT = [
  { count: 10, lifetime: HOUR, burst: false, lifetimes: 4 },
  { count: 10, lifetime: HOUR, burst: true, lifetimes: 4 },
  { count: 100, lifetime: HOUR, burst: false, lifetimes: 4 },
  { count: 100, lifetime: HOUR, burst: true, lifetimes: 4 },
  { count: 30, lifetime: 300, burst: true, startup: 15, lifetimes: 6 },
  { count: 150, lifetime: 300, burst: false, lifetimes: 3 },
  { count: 500, lifetime: HOUR, burst: true, lifetimes: 2 },
  { count: 500, lifetime: HOUR, burst: false, lifetimes: 1.5 },
  { count: 2000, lifetime: HOUR, burst: false, lifetimes: 0.05 },
  { count: 10_000, lifetime: HOUR, burst: false, lifetimes: 0.005 },
];
const MOST_QUICK_TOKENS = 100;

/** How many tokens one chain keeps for each lifetime and start-up delay, by arithmetic. */
export function capacities() {
  const rows = LIFETIMES.map((lifetime) => ({
    lifetime,
    of: STARTUPS.map((startup) => ({ startup, tokens: capacity(lifetime, paceOf(startup)) })),
  }));
  const cell = (index) => ({ of }) => grouped(of[index].tokens);
  const columns = [
    ['lifetime', ({ lifetime }) => lifetimeName(lifetime)],
    ...STARTUPS.map((startup, index) => [`${startup} s (a hop in ${paceOf(startup)} s)`, cell(index)]),
  ];
  return { rows, text: table(columns, rows) };
}

/** Runs the model below and above the limits that the arithmetic gives, for each lifetime and start-up delay. */
export function confirmations() {
  const points = LIFETIMES.flatMap((lifetime) => STARTUPS.map((startup) => ({ lifetime, startup })));
  const rows = points.flatMap(({ lifetime, startup }) => {
    const most = capacity(lifetime, paceOf(startup));
    if (most > MOST_CONFIRMED || most < FEWEST_CONFIRMED) return [];
    const of = (count) => ({ count, ...play({ count, lifetime, burst: false, startup }) });
    return [{ lifetime, startup, most, within: of(Math.floor(most * 0.95)), beyond: of(Math.ceil(most * 1.1)) }];
  });
  const columns = [
    ['lifetime', ({ lifetime }) => lifetimeName(lifetime)],
    ['start-up', ({ startup }) => `${startup} s`],
    ['95 % of what fits', ({ within }) => grouped(within.count)],
    ['latest, s', ({ within }) => seconds(within.steady.max)],
    ['lost', ({ within }) => within.lost],
    ['110 %', ({ beyond }) => grouped(beyond.count)],
    ['too many', ({ beyond, most }) => grouped(beyond.count - most)],
    ['lost', ({ beyond }) => grouped(beyond.lost)],
  ];
  const holds = rows.every(({ within, beyond }) => within.lost === 0 && beyond.lost > 0);
  return { rows, text: table(columns, rows), holds };
}

/** How late the refreshes are, by the number of tokens and by whether they were all issued at once. */
export function lateness(quick) {
  const counts = quick ? COUNTS.filter(({ count }) => count <= 1000) : COUNTS;
  const rows = counts.flatMap((point) =>
    [false, true].map((burst) => ({ ...point, burst, ...play({ ...point, burst, startup: USUAL_STARTUP }) })),
  );
  const percent = (ms, { lifetime }) => `${(ms / lifetime / 10).toFixed(2)} %`;
  const columns = [
    ['tokens', ({ count }) => grouped(count)],
    ['lifetime', ({ lifetime }) => lifetimeName(lifetime)],
    ['issued', ({ burst }) => (burst ? 'in one second' : 'by the chain')],
    ['first round: latest, s', ({ first }) => seconds(first.max)],
    ['expired then', ({ first }) => grouped(first.expired)],
    ['last lifetime: latest, s', ({ steady }) => seconds(steady.max)],
    ['99 %, s', ({ steady }) => seconds(steady.p99)],
    ['latest, of the lifetime', (row) => percent(row.steady.max, row)],
    ['expired then', ({ steady }) => grouped(steady.expired)],
    ['lost at the end', ({ lost }) => grouped(lost)],
    ['hops in 4 lifetimes', ({ hops }) => grouped(hops)],
  ];
  const meetsBar = rows
    .filter(({ count, lifetime }) => count <= BAR.count && lifetime === HOUR)
    .every(({ steady, lost }) => lost === 0 && steady.max <= BAR.share * HOUR * 1000);
  return { rows, text: table(columns, rows), holds: meetsBar };
}

function play({ count, lifetime, burst, startup }) {
  const playing = LIFETIMES_PLAYED * lifetime;
  const lifetimes = Array.from({ length: count }, () => lifetime);
  const played = simulate({ lifetimes, burst, startupSeconds: startup, seconds: playing, jitter: JITTER });
  const renewals = played.refreshes.filter(({ lateMs }) => lateMs !== undefined);
  const seen = new Set();
  const first = renewals.filter(({ tokenName }) => !seen.has(tokenName) && seen.add(tokenName));
  const steady = renewals.filter(({ at }) => at > (playing - lifetime) * 1000);
  return { hops: played.hops, lost: played.lost, first: summary(first), steady: summary(steady) };
}

function summary(refreshes) {
  const late = spread(refreshes.map(({ lateMs }) => lateMs));
  return { refreshes: refreshes.length, ...late, expired: refreshes.filter(({ expiredMs }) => expiredMs > 0).length };
}

/** Runs the built Function and transformer, and compares each refresh with the model's. */
export async function compareWithBuilt(quick) {

  const rows = [];
  for (const point of BUILT.filter(({ count }) => !quick || count <= MOST_QUICK_TOKENS)) {
    const { count, lifetime, burst, startup = USUAL_STARTUP, lifetimes } = point;
    const chains = [{ endpoint: 'store', tokens: tokensOf(count, lifetime) }];
    // For the largest runs, the source is longer than a Function may be. Only the times matter here.
    const platform = new ManyTokens({
      chains,
      render,
      latencies: LATENCIES,
      functionStartupDelayMs: startup * 1000,
      jitter: JITTER,
      maxFunctionCharacters: Infinity,
    });
    if (burst) await platform.issueAll();
    platform.start();
    const playing = lifetimes * lifetime;
    await platform.run(playing);
    const built = platform.refreshes.map(({ at, ...rest }) => ({ ...rest, at: at - platform.startedAt }));
    const { hops, maxHttpRequestsPerInstance: requests } = platform.runtime.stats();
    const behind = platform.log().filter((line) => line.includes('The chain is behind')).length;
    platform.close();
    const model = simulate({
      lifetimes: chains[0].tokens.map((token) => token.lifetime),
      burst,
      startupSeconds: startup,
      seconds: playing,
      jitter: JITTER,
    });
    const same = built.length === model.refreshes.length && built.every((refresh, index) => isSame(refresh, model.refreshes[index]));
    rows.push({ ...point, startup, hops, requests, behind, refreshes: built.length, same });
  }
  const columns = [
    ['tokens', ({ count }) => grouped(count)],
    ['lifetime', ({ lifetime }) => lifetimeName(lifetime)],
    ['start-up', ({ startup }) => `${startup} s`],
    ['issued', ({ burst }) => (burst ? 'in one second' : 'by the chain')],
    ['played, lifetimes', ({ lifetimes }) => lifetimes],
    ['hops', ({ hops }) => grouped(hops)],
    ['requests a hop, most', ({ requests }) => requests],
    ['refreshes', ({ refreshes }) => grouped(refreshes)],
    ['hops that said "behind"', ({ behind }) => grouped(behind)],
    ['each as the model says', ({ same }) => (same ? 'yes' : 'NO')],
  ];
  return { rows, text: table(columns, rows), holds: rows.every(({ same }) => same) };
}

function isSame(one, other) {
  return ['tokenName', 'at', 'lateMs', 'expiredMs'].every((member) => one[member] === other[member]);
}
