import type { StoredToken } from '../studio/stored-token';

/** What the picture on the terminal is drawn from. */
export interface DemoState {
  /** Seconds since the start. */
  elapsed: number;
  /** Seconds the run takes, where it ends by itself. */
  seconds: number | undefined;
  executions: number;
  failed: number;
  hops: number;
  refreshes: number;
  /** The stored token, once there is one; times in Unix milliseconds. */
  token: StoredToken | undefined;
  /** Unix milliseconds. */
  now: number;
}

const BAR_WIDTH = 40;

/** The stored token's life as a bar: what has passed, the refresh point, what is left. */
export function lifetimeBar({ token, now }: DemoState): string {
  if (token === undefined) return 'no token yet';
  const { issuedAt, refreshAt, expiresAt, version } = token;
  const share = (time: number) => Math.min(1, Math.max(0, (time - issuedAt) / (expiresAt - issuedAt)));
  const filled = Math.round(share(now) * BAR_WIDTH);
  const mark = Math.min(BAR_WIDTH - 1, Math.round(share(refreshAt) * BAR_WIDTH));
  const cells: string[] = Array.from({ length: BAR_WIDTH }, (_, index) => (index < filled ? '█' : '░'));
  cells[mark] = '┃';
  const left = Math.max(0, (expiresAt - now) / 1000).toFixed(1);
  const percent = String(Math.floor(share(now) * 100)).padStart(3);
  return `v${version} ${cells.join('')} ${percent} % of its life, ${left} s left, refresh at ┃`;
}

/** One line that says where the run is. */
export function statusLine({ elapsed, seconds, executions, failed, hops, refreshes }: DemoState): string {
  const time = seconds === undefined ? `${Math.floor(elapsed)} s` : `${Math.floor(elapsed)} of ${seconds} s`;
  return `${time}: ${executions} executions, ${failed} failed, ${refreshes} refreshes, ${hops} chain hops`;
}
