/** How many tokens one chain can keep, by arithmetic and by a model of the chain that knows only times. */
import { seeded } from './scale-sources.mjs';

/** The requests of one instance take half a second: report, token request, storing, trigger. Milliseconds. */
export const LATENCIES = { store: 100, token: 200, trigger: 100 };
export const REFRESH_SHARE = 0.9;
/** The longest sleep of an instance: the default time limit minus the default buffer, milliseconds. */
const LONGEST_SLEEP_MS = 770_000;
const SHORTEST_PAUSE_MS = 1000;
/** While a server is down, a missing or expired token is tried again after 75 to 100 % of this, milliseconds. */
const LONGEST_RETRY_MS = 10_000;

/** The time from one instance of a busy chain to the next, seconds. */
export function paceOf(startupSeconds, { store, token, trigger } = LATENCIES) {
  return startupSeconds + (2 * store + token + trigger) / 1000;
}

/**
 * How many tokens of one lifetime one chain keeps. One instance refreshes one token, and each token's turn comes once in
 * 90 % of its lifetime.
 *
 * @param lifetime seconds
 * @param pace seconds from instance to instance
 */
export function capacity(lifetime, pace) {
  return Math.floor((lifetime * REFRESH_SHARE) / pace);
}

/**
 * Rules for which due token is next. Each gives a token a kind and a time, and the smallest goes first. The first rule is
 * that of the built transformer, the other one is the simplest.
 */
export const ORDERS = {
  'what can be saved': (expiry, retryAt, now) => [expiry > now && retryAt === 0 ? 0 : 1, retryAt || expiry],
  'what expires first': (expiry) => [0, expiry],
};

/**
 * Simulates the chain without its code, one instance after the other. With the same numbers, `ManyTokens` runs the built
 * files and gets the same refreshes, to the millisecond.
 *
 * @param lifetimes the lifetime of each token, seconds
 * @param burst whether all tokens are there at the start, issued in the same second
 * @param failing how many additional tokens are missing and stay so, because their server is always down
 * @param seconds how long to simulate
 * @returns the refreshes, as `ManyTokens` notes them; the number of instances; how many tokens are missing or expired at
 *   the end, without the failing ones
 */
export function simulate(settings) {
  const { lifetimes, burst, startupSeconds, seconds, failing = 0, jitter = 0, seed = 1, order = 'what can be saved' } = settings;
  const random = seeded(seed);
  const vary = (ms) => Math.round(ms * (1 + jitter * (2 * random() - 1)));
  const rank = ORDERS[order];
  const { store, token, trigger } = LATENCIES;
  const begin = burst ? 1000 : 0;
  const end = begin + seconds * 1000;
  const dueAt = lifetimes.map((lifetime) => (burst ? lifetime * REFRESH_SHARE * 1000 : -1));
  const expiresAt = lifetimes.map((lifetime) => (burst ? lifetime * 1000 : 0));
  for (let index = 0; index < failing; index += 1) {
    dueAt.unshift(-1);
    expiresAt.unshift(0);
  }
  const retryAt = dueAt.map(() => 0);
  const refreshes = [];
  const refresh = (index, at, committedAt) => {
    const isFirst = dueAt[index] < 0;
    refreshes.push({
      tokenName: `token-${index - failing}`,
      at,
      lateMs: isFirst ? undefined : at - dueAt[index],
      expiredMs: isFirst ? 0 : Math.max(0, committedAt - expiresAt[index]),
    });
    // A record's timestamp is whole seconds, rounded down.
    const issuedAt = Math.floor(at / 1000) * 1000;
    dueAt[index] = issuedAt + lifetimes[index - failing] * REFRESH_SHARE * 1000;
    expiresAt[index] = issuedAt + lifetimes[index - failing] * 1000;
  };
  let hops = 0;
  let wakeAt = begin;
  let triggered = begin;
  for (;;) {
    const start = triggered + vary(startupSeconds * 1000);
    if (start > end) break;
    hops += 1;
    const beatAt = Math.max(start, Math.min(wakeAt, start + LONGEST_SLEEP_MS)) + vary(store);
    let next = -1;
    let best = [Infinity, 0];
    for (let index = 0; index < dueAt.length; index += 1) {
      if (dueAt[index] > beatAt) continue;
      const urgency = rank(expiresAt[index], retryAt[index], beatAt);
      if ((urgency[0] - best[0] || urgency[1] - best[1]) < 0) [best, next] = [urgency, index];
    }
    let now = beatAt;
    if (next >= 0) {
      now += vary(token);
      now += vary(store);
      if (now > end) break;
      if (next < failing) dueAt[next] = retryAt[next] = now + LONGEST_RETRY_MS * (0.75 + 0.25 * random());
      else refresh(next, beatAt, now);
    }
    let earliest = Infinity;
    for (let index = 0; index < dueAt.length; index += 1) {
      const due = index === next ? Math.max(dueAt[index], now + SHORTEST_PAUSE_MS) : dueAt[index];
      if (due < earliest) earliest = due;
    }
    wakeAt = Math.max(now, earliest);
    triggered = now + vary(trigger);
    if (triggered > end) break;
  }
  const lost = expiresAt.slice(failing).filter((expiry) => expiry <= end).length;
  return { refreshes, hops, lost };
}
