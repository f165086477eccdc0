/** What one chain can keep, as arithmetic and as a model of the chain that knows only times. */
import { seeded } from './scale-sources.mjs';

/** Half a second of requests a hop, milliseconds: beat, token request, commit, trigger. */
export const LATENCIES = { store: 100, token: 200, trigger: 100 };
export const REFRESH_SHARE = 0.9;
/** What a hop sleeps at most: the default time limit less the default buffer, milliseconds. */
const LONGEST_SLEEP_MS = 770_000;
const SHORTEST_PAUSE_MS = 1000;
/** While a server is down, a token that is missing or expired is tried again after three to four quarters of this. */
const LONGEST_RETRY_MS = 10_000;

/** From one hop of a busy chain to the next, seconds. */
export function paceOf(startupSeconds, { store, token, trigger } = LATENCIES) {
  return startupSeconds + (2 * store + token + trigger) / 1000;
}

/**
 * How many tokens of one lifetime one chain keeps: one hop refreshes one token, and each comes round once in 90 % of
 * its lifetime.
 *
 * @param lifetime seconds
 * @param pace seconds from hop to hop
 */
export function capacity(lifetime, pace) {
  return Math.floor((lifetime * REFRESH_SHARE) / pace);
}

/**
 * Which of the due tokens is next: a kind and a time for each, of which the smaller go first. The first is what the
 * built transformer does, the other what seems to be enough.
 */
export const ORDERS = {
  'what can be saved': (expiry, retryAt, now) => [expiry > now && retryAt === 0 ? 0 : 1, retryAt || expiry],
  'what expires first': (expiry) => [0, expiry],
};

/**
 * Plays the chain, one hop after the other, without its code. Where `ManyTokens` plays the built files with the same
 * numbers, both give the same refreshes, to the millisecond.
 *
 * @param lifetimes of each token, seconds
 * @param burst whether all tokens are there at the start, issued in the same second
 * @param failing how many more tokens there are that are missing, and whose server is down all the time
 * @param seconds how long to play
 * @returns the refreshes, as `ManyTokens` notes them; the number of hops; how many tokens are missing or expired at
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
    // A record's timestamp is in whole seconds, rounded down.
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
