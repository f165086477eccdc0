import type { TokenRequestRecord } from '../authorization-server/types';
import { handedOutIn } from '../handed-out';
import type { SandboxEvent } from '../platform';
import { Chronicle } from './chronicle';
import type { StoreContents } from './stored-token';
import { TokenLanes } from './token-lanes';
import type { Breakage, BrokenStretch, TimelineSnapshot } from './wire';

/** How far back the timeline goes, milliseconds. */
export const WINDOW_MS = 60_000;

/** More rows than anybody looks at. Each row costs one request to the store every time the demo looks. */
const MOST_WATCHED = 6;

type Hop = TimelineSnapshot['hops'][number];

/** What happened to the tokens, the chain and the bots in the last minute. */
export class Timeline {
  /** The tokens that are shown, by name, and when each is refreshed: percent of its lifetime. */
  readonly watched = new Map<string, number>();
  private readonly chronicle = new Chronicle();
  private readonly tokens = new TokenLanes(this.chronicle);
  private hops: Hop[] = [];
  private tokenRequests: TimelineSnapshot['tokenRequests'] = [];
  private executions: TimelineSnapshot['executions'] = [];
  private broken: BrokenStretch[] = [];
  private seenTokenRequests = 0;
  /** The names that the store gives no answer about. */
  private readonly silent = new Set<string>();
  private readonly counts = { executions: 0, failed: 0, hops: 0 };

  /** @param now returns the time, Unix milliseconds */
  constructor(readonly now: () => number) {}

  /**
   * Shows this token too, from now on.
   *
   * @param refreshPercent 1 to 99
   */
  watch(tokenName: string, refreshPercent: number): void {
    if (this.watched.has(tokenName) || this.watched.size < MOST_WATCHED) this.watched.set(tokenName, refreshPercent);
  }

  /** The sandbox reported an event. */
  follow(event: SandboxEvent): void {
    const now = this.moment();
    if (event.kind === 'execution') {
      for (const { access_token, refreshed } of handedOutIn(event.result)) {
        if (refreshed) this.tokens.fetchedByNode(access_token, now);
      }
      return;
    }
    const { type, at, instance } = event.event;
    const { _id: id, parameters, error } = instance;
    if (type === 'started') {
      const hop = Number(parameters['hop'] ?? 0);
      this.hops.push({ id, hop, startedAt: at, failed: false });
      this.counts.hops += 1;
      this.chronicle.add(at, 'hop', `Instance ${hop} of the Function starts.`);
    }
    const hop = this.hops.find((item) => item.id === id);
    if (type !== 'ended' || hop === undefined) return;
    hop.endedAt = at;
    hop.failed = error !== undefined;
    if (error !== undefined) this.chronicle.add(at, 'failure', `Instance ${hop.hop} of the Function ended: ${error}.`);
  }

  /** A user's message was answered. */
  answered(ok: boolean, text: string): void {
    const at = this.moment();
    this.executions.push({ at, ok });
    this.counts.executions += 1;
    if (ok) return;
    this.counts.failed += 1;
    this.chronicle.add(at, 'failure', `A message failed: ${text}`);
  }

  /** The store said what it has now. */
  stored(tokenName: string, contents: StoreContents): void {
    const at = this.moment();
    if (this.silent.delete(tokenName) && this.silent.size === 0) this.chronicle.add(at, 'mended', 'The store answers again.');
    this.tokens.stored(tokenName, contents, at);
  }

  /** The store did not say what it has; that may be unchanged. @param what it did instead */
  storeSilent(tokenName: string, what: string): void {
    if (this.silent.size === 0) this.chronicle.add(this.moment(), 'failure', `The store ${what}.`);
    this.silent.add(tokenName);
  }

  /** Takes all requests to the token endpoint, in order, and adds the new ones. */
  requested(records: readonly TokenRequestRecord[]): void {
    this.moment();
    for (const { at, answeredAt, status, grantType, error } of records.slice(this.seenTokenRequests)) {
      this.tokenRequests.push({ at, answeredAt, status, grantType });
      if (status === 200) continue;
      const answer = status === 0 ? 'did not answer' : `answered ${status}`;
      this.chronicle.add(answeredAt, 'failure', `The token endpoint ${answer}${error === undefined ? '' : ` (${error})`}.`);
    }
    this.seenTokenRequests = records.length;
  }

  /** The user broke something. @param at when the user asked for it, Unix milliseconds; likewise below */
  breaks(breakage: Breakage, text: string, at = this.moment()): void {
    this.broken.push({ breakage, from: at });
    this.chronicle.add(at, 'breakage', text);
  }

  mends(breakage: Breakage, text: string, at = this.moment()): void {
    for (const stretch of this.broken) if (stretch.breakage === breakage) stretch.until ??= at;
    this.chronicle.add(at, 'mended', text);
  }

  /** The user broke something that does not last. */
  strikes(breakage: Breakage, text: string, at = this.moment()): void {
    this.broken.push({ breakage, from: at, until: at });
    this.chronicle.add(at, 'breakage', text);
  }

  /** A request for a user's consent ended. */
  consented(text: string): void {
    this.chronicle.add(this.moment(), 'consent', text);
  }

  isBroken(breakage: Breakage): boolean {
    return this.broken.some((stretch) => stretch.breakage === breakage && stretch.until === undefined);
  }

  /** A copy of the current state. */
  snapshot(): TimelineSnapshot {
    const now = this.moment();
    const { hops, tokenRequests, executions, broken } = this;
    const { visible: tokens, refreshes } = this.tokens;
    const { events } = this.chronicle;
    const counts = { ...this.counts, refreshes };
    return structuredClone({ now, since: now - WINDOW_MS, tokens, hops, tokenRequests, executions, broken, events, counts });
  }

  /** Returns the time, and forgets what is older than the window. */
  private moment(): number {
    const now = this.now();
    const since = now - WINDOW_MS;
    this.tokens.forget(since);
    this.hops = this.hops.filter(({ endedAt }) => endedAt === undefined || endedAt >= since);
    this.tokenRequests = this.tokenRequests.filter(({ at }) => at >= since);
    this.executions = this.executions.filter(({ at }) => at >= since);
    this.broken = this.broken.filter(({ until }) => until === undefined || until >= since);
    return now;
  }
}
