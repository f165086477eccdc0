import type { StatusReport, TokenStatus } from './report';
import { VERDICTS } from './verdict';

type Labels = Readonly<Record<string, string | undefined>>;
type Sample = readonly [labels: Labels, value: number | undefined];

/** A metric: its name without the prefix, its help text, and its samples. */
type Metric = readonly [name: string, help: string, samples: readonly Sample[]];

const PREFIX = 'access_token_';

/**
 * Writes a report in the text format of Prometheus, version 0.0.4. All metrics are gauges, and times are Unix seconds. What could not be
 * seen has no sample. `access_token_status` always has one sample for each level.
 */
export function expositionOf(report: StatusReport): string {
  return metricsOf(report).map(textOf).join('');
}

function metricsOf({ verdict, checkedAt, projectId, store, tokens, chain, function: seen, findings }: StatusReport): Metric[] {
  const ofTokens = (value: (token: TokenStatus) => number | undefined): Sample[] => tokens.map((token) => [{ token: token.tokenName }, value(token)]);
  const failing = tokens.filter(({ failure }) => failure !== undefined);
  return [
    ['status', 'How everything is: 1 for the present level, 0 for the others.', VERDICTS.map((level) => [{ level }, Number(level === verdict)])],
    ['last_check_timestamp_seconds', 'When this was looked at.', [[{}, seconds(checkedAt)]]],
    ['info', 'What is watched.', [[{ project: projectId, store: store.kind }, 1]]],
    ['store_up', 'Whether the shared store could be asked.', [[{}, Number(store.state === 'reached')]]],
    ['function_up', 'Whether the management API could be asked for the instances of the Function.', [[{}, functionUp(seen.state)]]],
    ['finding_info', 'What was found, by its code; documentation says what to do about each.', findings.map(({ level, about, code }) => [{ level, about, code }, 1])],
    ['valid', 'Whether the token in the store is valid.', ofTokens(({ state }) => (state === 'unknown' ? undefined : Number(state === 'valid' || state === 'due')))],
    ['issued_timestamp_seconds', 'When the token was issued.', ofTokens(({ issuedAt }) => seconds(issuedAt))],
    ['refresh_due_timestamp_seconds', 'When the token is due for its refresh.', ofTokens(({ refreshAt }) => seconds(refreshAt))],
    ['expires_timestamp_seconds', 'When the token expires.', ofTokens(({ expiresAt }) => seconds(expiresAt))],
    ['refresh_token_ends_timestamp_seconds', 'When the refresh token ends, where somebody says it.', ofTokens(({ refreshTokenEndsAt }) => seconds(refreshTokenEndsAt))],
    ['consecutive_refresh_failures', 'How many refreshes in a row have failed.', ofTokens(({ state, failure }) => failure?.attempts ?? (state === 'unknown' ? undefined : 0))],
    ['refresh_failure_info', 'Why the last refresh failed.', failing.map(({ tokenName: token, failure }) => [failureLabels(token, failure), 1])],
    ['refresh_failing_since_timestamp_seconds', 'When the first of these refreshes failed.', ofTokens(({ failure }) => seconds(failure?.since ?? (failure?.attempts === 1 ? failure.at : undefined)))],
    ['refresh_failed_timestamp_seconds', 'When the last refresh failed.', ofTokens(({ failure }) => seconds(failure?.at))],
    ['refresh_retry_timestamp_seconds', 'The earliest time of the next refresh after a failed one.', ofTokens(({ failure }) => seconds(failure?.retryAt))],
    ['chain_heartbeat_timestamp_seconds', 'The last heartbeat of the background chain.', [[{}, seconds(chain.at)]]],
    ['chain_due_timestamp_seconds', 'When the next heartbeat of the background chain is late.', [[{}, seconds(chain.dueBy)]]],
    ['function_instances', 'Instances of the Function.', [[{ status: 'active' }, seen.active], [{ status: 'queued' }, seen.queued]]],
  ];
}

function functionUp(state: StatusReport['function']['state']): number | undefined {
  return state === 'not_used' ? undefined : Number(state !== 'unknown');
}

function failureLabels(token: string, failure: TokenStatus['failure']): Labels {
  return { token, code: failure?.code, host: failure?.host, http_status: failure?.status?.toString() };
}

/** @param time Unix milliseconds */
function seconds(time: number | undefined): number | undefined {
  return time === undefined ? undefined : time / 1000;
}

function textOf([name, help, samples]: Metric): string {
  const full = PREFIX + name;
  // A series may appear only once.
  const lines = new Map<string, string>();
  for (const [labels, value] of samples) if (value !== undefined) lines.set(labelsText(labels), numberText(value));
  if (lines.size === 0) return '';
  const written = [...lines].map(([labels, value]) => `${full}${labels} ${value}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${written.join('')}`;
}

/** Leaves out empty labels, which mean the same as absent ones. */
function labelsText(labels: Labels): string {
  const parts = Object.entries(labels).flatMap(([name, value]) => (value === undefined || value === '' ? [] : `${name}="${escaped(value)}"`));
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escaped(value: string): string {
  // Half a surrogate pair can't be encoded as UTF-8.
  const text = value.replace(/\p{Surrogate}/gu, '\ufffd');
  return text.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : `${value < 0 ? '-' : '+'}Inf`;
}
