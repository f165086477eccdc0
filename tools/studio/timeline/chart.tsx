import type { TimelineSnapshot, TokenLane, TokenLife } from '../../sandbox/studio/wire';
import { percentBetween, ticks } from './scale';

/** How much of the future the chart shows, so that users see an expiry coming. Milliseconds. */
const AHEAD_MS = 30_000;
const TICK_MS = 15_000;
/** Keeps times of day from being cut off at the edges, milliseconds. */
const TICK_MARGIN_MS = 4000;
/** A shorter life has no room for its version, percent of the width. */
const LABEL_PERCENT = 4;
const ROW = 44;
const AXIS = 22;

/** Maps a time to a horizontal position, percent of the width. */
type Position = (time: number) => number;

/** One row for each token, then the chain, the token requests and the messages, all on one time axis. */
export function Chart({ snapshot }: { snapshot: TimelineSnapshot }) {
  const { now, since, tokens, hops, tokenRequests, executions, broken } = snapshot;
  const until = now + AHEAD_MS;
  const x: Position = (time) => percentBetween(since, until, time);
  const rows = [
    ...tokens.map((lane) => ({ title: lane.tokenName, marks: <Lane lane={lane} x={x} since={since} until={until} now={now} /> })),
    { title: 'Chain', marks: hops.map((hop) => <Bar key={hop.id} from={x(hop.startedAt)} to={x(hop.endedAt ?? now)} kind={hop.failed ? 'failed-hop' : 'hop'} />) },
    { title: 'Token requests', marks: tokenRequests.map(({ at, status }, index) => <Mark key={index} at={x(at)} kind={status === 200 ? 'ok' : 'not-ok'} />) },
    { title: 'Messages', marks: executions.map(({ at, ok }, index) => <Mark key={index} at={x(at)} kind={ok ? 'ok' : 'not-ok'} />) },
  ];
  const height = rows.length * ROW + AXIS;
  return (
    <figure class="chart">
      <figcaption>The last minute, and what is to come</figcaption>
      <svg width="100%" height={height} role="img" aria-label={describe(snapshot)}>
        {broken.map(({ breakage, from, until: end = now }, index) => (
          <Bar key={index} from={x(from)} to={x(end)} kind={`broken ${breakage}`} y={0} height={rows.length * ROW} />
        ))}
        {rows.map(({ title, marks }, index) => (
          <svg key={title} y={index * ROW} width="100%" height={ROW} data-row={title}>
            {marks}
            <text x="4" y="12" class="row-title">
              {title}
            </text>
            <line class="grid" x1="0" x2="100%" y1={ROW - 0.5} y2={ROW - 0.5} />
          </svg>
        ))}
        {ticks(since + TICK_MARGIN_MS, until - TICK_MARGIN_MS, TICK_MS).map((time) => (
          <text key={time} class="tick" x={`${x(time)}%`} y={height - 6}>
            {new Date(time).toLocaleTimeString('en-GB')}
          </text>
        ))}
        <line class="now" x1={`${x(now)}%`} x2={`${x(now)}%`} y1="0" y2={height - AXIS} />
      </svg>
      <Legend />
    </figure>
  );
}

/** The chart's time axis. */
interface Stretch {
  x: Position;
  since: number;
  until: number;
  now: number;
}

function Lane({ lane, ...stretch }: { lane: TokenLane } & Stretch) {
  return (
    <>
      {lane.lives.map((life, index) => (
        <Life key={index} life={life} {...stretch} />
      ))}
    </>
  );
}

/** A token's life from issue to expiry. It is pale from when another token replaced it or the store lost it. */
function Life({ life, x, since, until, now }: { life: TokenLife } & Stretch) {
  const { issuedAt, refreshAt, expiresAt, endedAt = expiresAt, end, by, version } = life;
  const used = Math.min(endedAt, expiresAt);
  return (
    <g data-version={version} data-by={by} data-end={end}>
      <Bar from={x(issuedAt)} to={x(Math.min(expiresAt, until))} kind="life-left" />
      <Bar from={x(issuedAt)} to={x(Math.min(used, now))} kind={`life by-${by}`} />
      {refreshAt >= since && refreshAt <= until && <line class="refresh-point" x1={`${x(refreshAt)}%`} x2={`${x(refreshAt)}%`} y1="16" y2="40" />}
      {end === 'lost' && <Mark at={x(used)} kind="not-ok" />}
      {x(now) - x(issuedAt) > LABEL_PERCENT && (
        <text class="version" x={`${x(issuedAt)}%`} dx="4" y="32">
          v{version}
        </text>
      )}
    </g>
  );
}

function Bar({ from, to, kind, y = 18, height = 20 }: { from: number; to: number; kind: string; y?: number; height?: number }) {
  return <rect class={kind} x={`${from}%`} width={`${Math.max(0.15, to - from)}%`} y={y} height={height} rx="2" />;
}

function Mark({ at, kind }: { at: number; kind: string }) {
  return kind === 'ok' ? (
    <circle class="ok" cx={`${at}%`} cy="28" r="3.5" />
  ) : (
    <svg class="not-ok" x={`${at}%`} y="28" overflow="visible">
      <path d="M-4 -4 L4 4 M-4 4 L4 -4" />
    </svg>
  );
}

function Legend() {
  return (
    <ul class="legend">
      <li><Key kind="life by-chain" /> token, fetched by the chain</li>
      <li><Key kind="life by-node" /> token, fetched by a node</li>
      <li><Key kind="life by-consent" /> token, brought by a consent</li>
      <li><Key kind="life-left" /> not used any more, or not yet</li>
      <li><svg width="14" height="14" aria-hidden="true"><line class="refresh-point" x1="7" x2="7" y1="0" y2="14" /></svg> refresh point</li>
      <li><svg width="14" height="14" aria-hidden="true"><circle class="ok" cx="7" cy="7" r="3.5" /></svg> success</li>
      <li><svg width="14" height="14" aria-hidden="true"><g class="not-ok" transform="translate(7 7)"><path d="M-4 -4 L4 4 M-4 4 L4 -4" /></g></svg> failure</li>
      <li><Key kind="broken" /> broken</li>
    </ul>
  );
}

function Key({ kind }: { kind: string }) {
  return (
    <svg width="14" height="14" aria-hidden="true">
      <rect class={kind} width="14" height="14" rx="2" />
    </svg>
  );
}

/** Describes the chart in words for screen readers. */
function describe({ tokens, tokenRequests, executions, hops }: TimelineSnapshot): string {
  const lives = tokens.map(({ tokenName, lives: all }) => `${tokenName}: ${all.length} tokens`).join(', ');
  const bad = tokenRequests.filter(({ status }) => status !== 200).length;
  const failed = executions.filter(({ ok }) => !ok).length;
  return `Timeline. ${lives}; ${tokenRequests.length} token requests, ${bad} of them failed; ${hops.length} instances of the Function; ${executions.length} messages, ${failed} of them failed.`;
}
