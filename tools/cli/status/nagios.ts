import { describeDuration } from '../durations';
import type { Finding, StatusReport } from './report';
import type { Verdict } from './verdict';

const STATES: Readonly<Record<Verdict, string>> = { healthy: 'OK', degraded: 'WARNING', wrong: 'CRITICAL', unknown: 'UNKNOWN' };
/** The longest text before the figures, characters. Some daemons read only a kilobyte, and the figures come last. */
const LONGEST_TEXT = 400;

/**
 * Writes a report in one line, as plugins for Nagios, Icinga, Naemon and others print it (Monitoring Plugins Development Guidelines):
 * the most important finding, a bar, and figures. Times are in seconds, relative to the look.
 */
export function nagiosLine(report: StatusReport): string {
  const { verdict, projectId } = report;
  const worst = report.findings.filter(({ level }) => level === verdict);
  const text = worst.length === 0 ? wellText(report) : troubleText(worst);
  const project = projectId === undefined ? '' : ` [project ${projectId}]`;
  const line = `ACCESS_TOKEN ${STATES[verdict]} - ${inOneLine(text)}${project}`;
  const figures = figuresOf(report);
  return figures.length === 0 ? line : `${line}|${figures.join(' ')}`;
}

function troubleText(findings: readonly Finding[]): string {
  const [first, ...others] = findings.map(({ about, message, code }) => `${about}: ${message} (${code})`);
  return others.length === 0 ? `${first}` : `${first} And ${others.length} more.`;
}

function wellText({ tokens, chain }: StatusReport): string {
  const left = tokens.flatMap(({ expiresInMs }) => expiresInMs ?? []);
  const count = tokens.length === 1 ? '1 token valid' : `${tokens.length} tokens valid`;
  const first = left.length === 0 ? '' : `, ${tokens.length === 1 ? 'it' : 'the first'} expires in ${describeDuration(Math.min(...left))}`;
  return `${count}${first}${chain.state === 'on_time' ? '; chain on time' : ''}`;
}

function figuresOf({ tokens, chain, function: seen, checkedAt }: StatusReport): string[] {
  const { heartbeatAgeMs, at, dueBy } = chain;
  return [
    ...tokens.flatMap(({ tokenName, expiresInMs, refreshAt, failure }) => [
      // Critical below zero.
      figure(`${tokenName} expires in`, seconds(expiresInMs), ';;0:'),
      figure(`${tokenName} refresh in`, refreshAt === undefined ? undefined : seconds(refreshAt - checkedAt)),
      figure(`${tokenName} failures`, expiresInMs === undefined && failure === undefined ? undefined : `${failure?.attempts ?? 0}`),
    ]),
    figure('heartbeat age', seconds(heartbeatAgeMs), at === undefined || dueBy === undefined ? '' : `;${Math.round((dueBy - at) / 1000)}`),
    figure('active instances', seen.active?.toString()),
    figure('queued instances', seen.queued?.toString()),
  ].filter((text) => text !== undefined);
}

/** @param limits warning, critical, minimum and maximum, each after a semicolon */
function figure(label: string, value: string | undefined, limits = ''): string | undefined {
  // "=" ends a label, and readers split the line at the bar.
  return value === undefined ? undefined : `'${label.replace(/['=|\s]+/g, '_')}'=${value}${limits}`;
}

/** @param ms milliseconds */
function seconds(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `${Math.round(ms / 1000)}s`;
}

function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(/\|/g, '/');
  return line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 1)}…` : line;
}
