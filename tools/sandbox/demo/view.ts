import type { StoredToken } from '../studio/stored-token';

/** What the terminal shows. */
export interface DemoState {
  /** Seconds since the start. */
  elapsed: number;
  /** How long the run takes, seconds; `undefined` if it does not end by itself. */
  seconds: number | undefined;
  executions: number;
  failed: number;
  hops: number;
  refreshes: number;
  /** The stored token, once there is one. Its times are Unix milliseconds. */
  token: StoredToken | undefined;
  /** Unix milliseconds. */
  now: number;
}

const BAR_WIDTH = 40;

/** Draws the stored token's life as a bar: the time that has passed, the refresh point, the time left. */
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

/** One line about the progress of the run. */
export function statusLine({ elapsed, seconds, executions, failed, hops, refreshes }: DemoState): string {
  const time = seconds === undefined ? `${Math.floor(elapsed)} s` : `${Math.floor(elapsed)} of ${seconds} s`;
  return `${time}: ${executions} executions, ${failed} failed, ${refreshes} refreshes, ${hops} instances of the Function`;
}
