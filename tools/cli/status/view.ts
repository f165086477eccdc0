import { styleText } from 'node:util';

import { dayOf, describeDuration } from '../durations';
import type { Environment } from '../references';
import { answerOf } from './failed-refresh';
import type { ChainStatus, FailureStatus, Finding, FunctionStatus, StatusReport, StoreStatus, TokenStatus } from './report';
import type { Verdict } from './verdict';

const COLOURS = { good: 'green', bad: 'red', unsure: 'yellow' } as const;

type Tone = keyof typeof COLOURS;

/** What the output can show. */
export interface Style {
  /** Columns. */
  width: number;
  /** The characters of a lifetime bar. */
  cells: { passed: string; left: string; refresh: string };
  paint: (tone: Tone, text: string) => string;
}

const DEFAULT_WIDTH = 80;

/** ASCII without control codes: for pipes, files and simple terminals. */
export const PLAIN: Style = {
  width: DEFAULT_WIDTH,
  cells: { passed: '#', left: '-', refresh: '|' },
  paint: (_, text) => text,
};

/**
 * @param env `TERM=dumb` asks for plain text, `NO_COLOR` (no-color.org) for text without colours
 * @param columns of the terminal, if it tells them
 */
export function styleFor(isTerminal: boolean, env: Environment, columns: number | undefined): Style {
  if (!isTerminal || env['TERM'] === 'dumb') return PLAIN;
  const isColourful = (env['NO_COLOR'] ?? '') === '';
  return {
    // A terminal that does not know its size says 0.
    width: columns === undefined || columns === 0 ? DEFAULT_WIDTH : columns,
    cells: { passed: '█', left: '░', refresh: '┃' },
    // `isTerminal` has decided about colours already, so Node.js must not check the process's own streams.
    paint: isColourful ? (tone, text) => styleText(COLOURS[tone], text, { validateStream: false }) : PLAIN.paint,
  };
}

const INDENT = '  ';
/** The columns beside the bar: the indent and " 100 %". */
const BESIDE_BAR = 8;
const WIDEST_BAR = 40;
const NARROWEST_BAR = 10;

const VERDICTS: Readonly<Record<Verdict, [Tone, string]>> = {
  healthy: ['good', 'Healthy.'],
  degraded: ['unsure', 'The tokens are valid, but see above.'],
  wrong: ['bad', 'Something is wrong.'],
  unknown: ['unsure', "Can't tell whether all is well."],
};

const TOKEN_STATES: Readonly<Record<TokenStatus['state'], [Tone, string]>> = {
  valid: ['good', 'valid'],
  due: ['good', 'valid, due for its refresh'],
  expired: ['bad', 'expired'],
  missing: ['bad', 'not in the store'],
  unknown: ['unsure', 'unknown'],
};

const CHAIN_STATES: Readonly<Record<ChainStatus['state'], [Tone, string]>> = {
  on_time: ['good', 'on time'],
  late: ['bad', 'late'],
  never: ['bad', 'has never run'],
  unknown: ['unsure', 'unknown'],
  not_used: ['good', 'not used'],
};

const FUNCTION_STATES: Readonly<Record<FunctionStatus['state'], [Tone, string]>> = {
  running: ['good', 'running'],
  stopped: ['bad', 'not running'],
  unknown: ['unsure', 'unknown'],
  not_used: ['good', 'not used'],
};

/** Writes the whole report as lines for people. */
export function reportLines(report: StatusReport, style: Style): string[] {
  const { projectId, store, tokens, chain, checkedAt, findings, verdict } = report;
  return [
    ...(projectId === undefined ? [] : [`Project ${projectId}${storeName(store)}`]),
    ...tokens.flatMap((token) => tokenLines(token, checkedAt, style)),
    `Chain: ${painted(CHAIN_STATES[chain.state], style)}${chainDetails(chain, checkedAt)}`,
    functionLine(report.function, checkedAt, style),
    ...findings.flatMap((finding) => findingLines(finding, style)),
    painted(VERDICTS[verdict], style),
  ];
}

/** Writes the report in one line, for logs. */
export function reportLine({ verdict, checkedAt, tokens, chain, function: seen, findings }: StatusReport): string {
  const parts = [
    ...tokens.map((token) => `${token.tokenName} ${TOKEN_STATES[token.state][1]}${brief(token)}`),
    `chain ${CHAIN_STATES[chain.state][1]}${chain.hop === undefined ? '' : ` at instance ${chain.hop}`}`,
    ...(seen.active === undefined ? [] : [`${seen.active} active, ${seen.queued ?? 0} queued`]),
    ...findings.map(({ level, code }) => `${level}: ${code}`),
  ];
  return `${new Date(checkedAt).toISOString()} ${verdict}: ${parts.join('; ')}`;
}

function tokenLines(token: TokenStatus, now: number, style: Style): string[] {
  const { tokenName, state, version, refreshPercent, refreshAt, expiresAt, refreshTokenEndsAt: endsAt, lifePercent, failure } = token;
  const suffix = version === undefined ? '' : `, version ${version}`;
  const lines = [`Token ${tokenName}: ${painted(TOKEN_STATES[state], style)}${suffix}`];
  if (refreshAt !== undefined && expiresAt !== undefined) {
    const percent = String(lifePercent).padStart(3);
    const expiry = `${expiresAt > now ? 'expires' : 'expired'} ${when(expiresAt, now)}`;
    lines.push(
      `${INDENT}${lifetimeBar(token, style.width - BESIDE_BAR, style)} ${percent} %`,
      `${INDENT}refresh at ${refreshPercent} % ${when(refreshAt, now)}, ${expiry}`,
    );
  }
  if (endsAt !== undefined) lines.push(`${INDENT}its refresh token ${endsAt > now ? 'ends' : 'ended'} on ${dayOf(endsAt)}`);
  if (failure !== undefined) {
    lines.push(...failureLines(failure, now));
  }
  return lines;
}

function failureLines(failure: FailureStatus, now: number): string[] {
  const { code, at, attempts, since, retryAt } = failure;
  const first = since === undefined ? '' : `, the first ${when(since, now)}`;
  const next = retryAt > now ? when(retryAt, now) : 'as soon as the token is needed';
  const answer = answerOf(failure);
  return [
    `${INDENT}last failure: ${code} ${when(at, now)} (attempt ${attempts}${first}); next try ${next}`,
    ...(answer === undefined ? [] : [`${INDENT}${INDENT}${answer}`]),
  ];
}

function storeName({ kind }: StoreStatus): string {
  if (kind === undefined) return '';
  return kind === 'redis' ? ', tokens in Redis' : ', tokens in the Endpoint';
}

function chainDetails({ hop, at, dueBy }: ChainStatus, now: number): string {
  if (hop === undefined || at === undefined || dueBy === undefined) return '';
  const next = dueBy > now ? `the next one ${when(dueBy, now)} at the latest` : `the next one was due ${when(dueBy, now)}`;
  return `, instance ${hop}, heartbeat ${when(at, now)}, ${next}`;
}

function functionLine({ state, functionId, name, active, queued, lastError }: FunctionStatus, now: number, style: Style): string {
  const called = name === undefined ? functionId : `"${name}"`;
  const title = called === undefined ? 'Function' : `Function ${called}`;
  const counts = active === undefined ? '' : `, ${active} active, ${queued ?? 0} queued`;
  const error = lastError === undefined ? '' : `; last error ${when(lastError.at, now)}: ${lastError.message}`;
  return `${title}: ${painted(FUNCTION_STATES[state], style)}${counts}${error}`;
}

function findingLines({ level, about, message, remedy, code }: Finding, style: Style): string[] {
  const mark = { degraded: style.paint('unsure', 'degraded'), wrong: style.paint('bad', 'wrong'), unknown: style.paint('unsure', "can't tell"), note: 'note' }[level];
  return [`${mark}: ${about}: ${message} (${code})`, `${INDENT}${remedy}`];
}

function brief({ version, lifePercent, expiresInMs }: TokenStatus): string {
  if (version === undefined || expiresInMs === undefined) return '';
  const expiry = expiresInMs > 0 ? `expires in ${describeDuration(expiresInMs)}` : `expired ${describeDuration(expiresInMs)} ago`;
  return `, version ${version}, ${lifePercent ?? 0} %, ${expiry}`;
}

/**
 * Draws a token's life as a bar: what has passed, the refresh point, what is left.
 *
 * @param room how many columns the bar may take
 */
export function lifetimeBar(token: TokenStatus, room: number, { cells }: Style): string {
  const { issuedAt, refreshAt, expiresAt, lifePercent } = token;
  if (issuedAt === undefined || refreshAt === undefined || expiresAt === undefined || lifePercent === undefined) return '';
  const width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, room));
  const passed = Math.round((lifePercent / 100) * width);
  const bar = Array.from({ length: width }, (_, index) => (index < passed ? cells.passed : cells.left));
  const lifetime = expiresAt - issuedAt;
  // A token that had already expired when it came has no refresh point within its life.
  if (lifetime > 0) bar[Math.min(width - 1, Math.round(((refreshAt - issuedAt) / lifetime) * width))] = cells.refresh;
  return bar.join('');
}

/** @param time Unix milliseconds */
function when(time: number, now: number): string {
  return time > now ? `in ${describeDuration(time - now)}` : `${describeDuration(now - time)} ago`;
}

function painted([tone, text]: [Tone, string], { paint }: Style): string {
  return paint(tone, text);
}
