import { handedOutIn } from '../handed-out';
import type { SandboxEvent } from '../platform';
import type { Screen } from './screen';

/** What the demo counts from the platform's events. */
export interface Tally {
  /** The URLs of the chain's requests. */
  chainRequests: string[];
  maxApiCalls: number;
  hops: number;
  /** The demo is ending: from now on, what ends was ended by the demo itself. */
  isOver: boolean;
  /** Every access token that a node has handed out. */
  accessTokens: Set<string>;
  /** When the stored tokens were issued, Unix milliseconds. */
  beginnings: Set<number>;
}

export function startTally(): Tally {
  return { chainRequests: [], maxApiCalls: 0, hops: 0, isOver: false, accessTokens: new Set(), beginnings: new Set() };
}

/** Prints what is worth a line, and counts the rest. */
export function follow(event: SandboxEvent, tally: Tally, screen: Screen): void {
  if (event.kind === 'execution') {
    const { result } = event;
    tally.maxApiCalls = Math.max(tally.maxApiCalls, result.apiCalls);
    for (const { access_token, refreshed, expires_in } of handedOutIn(result)) {
      const isNew = !tally.accessTokens.has(access_token);
      tally.accessTokens.add(access_token);
      // For a while, a conversation may still hold the result of an earlier execution.
      if (!refreshed || !isNew) continue;
      screen.detail(`${clock()}  node    fetched a token, valid for ${String(expires_in)} s`);
    }
    return;
  }
  const { type, instance, request } = event.event;
  if (request !== undefined) tally.chainRequests.push(request.url);
  if (type === 'started') tally.hops += 1;
  if (type !== 'ended') return;
  for (const line of instance.log) screen.detail(`${clock()}  chain   ${line.replace(/^\w+: (?:\[access-token\] )?/, '')}`);
  if (instance.error !== undefined && !tally.isOver) screen.tell(`${clock()}  chain   ended: ${instance.error}`);
}

/** The time of day. */
export function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
