import fc from 'fast-check';

import { expositionOf } from '../../../tools/cli/status/prometheus';
import { reportOfNothing } from '../../../tools/cli/status/report';
import type { Finding, StatusReport } from '../../../tools/cli/status/report';
import { VERDICTS } from '../../../tools/cli/status/verdict';
import { failureOf, START } from '../../support/token-records';
import { readExposition } from './exposition';
import { NAME, RECORD, reportOf, viewAt } from './support';

const SECONDS = START / 1000;

test('a healthy report, text and all', () => {
  expect(expositionOf(reportOf(viewAt(40_500), { projectId: '64b7f0c2a1b2c3d4e5f60718' }))).toBe(`# HELP access_token_status How everything is: 1 for the present level, 0 for the others.
# TYPE access_token_status gauge
access_token_status{level="healthy"} 1
access_token_status{level="degraded"} 0
access_token_status{level="unknown"} 0
access_token_status{level="wrong"} 0
# HELP access_token_last_check_timestamp_seconds When this was looked at.
# TYPE access_token_last_check_timestamp_seconds gauge
access_token_last_check_timestamp_seconds ${SECONDS + 40.5}
# HELP access_token_info What is watched.
# TYPE access_token_info gauge
access_token_info{project="64b7f0c2a1b2c3d4e5f60718",store="endpoint"} 1
# HELP access_token_store_up Whether the shared store could be asked.
# TYPE access_token_store_up gauge
access_token_store_up 1
# HELP access_token_function_up Whether the management API could be asked for the instances of the Function.
# TYPE access_token_function_up gauge
access_token_function_up 1
# HELP access_token_valid Whether the token in the store is valid.
# TYPE access_token_valid gauge
access_token_valid{token="accessToken"} 1
# HELP access_token_issued_timestamp_seconds When the token was issued.
# TYPE access_token_issued_timestamp_seconds gauge
access_token_issued_timestamp_seconds{token="accessToken"} ${SECONDS}
# HELP access_token_refresh_due_timestamp_seconds When the token is due for its refresh.
# TYPE access_token_refresh_due_timestamp_seconds gauge
access_token_refresh_due_timestamp_seconds{token="accessToken"} ${SECONDS + 90}
# HELP access_token_expires_timestamp_seconds When the token expires.
# TYPE access_token_expires_timestamp_seconds gauge
access_token_expires_timestamp_seconds{token="accessToken"} ${SECONDS + 100}
# HELP access_token_consecutive_refresh_failures How many refreshes in a row have failed.
# TYPE access_token_consecutive_refresh_failures gauge
access_token_consecutive_refresh_failures{token="accessToken"} 0
# HELP access_token_chain_heartbeat_timestamp_seconds The last heartbeat of the background chain.
# TYPE access_token_chain_heartbeat_timestamp_seconds gauge
access_token_chain_heartbeat_timestamp_seconds ${SECONDS}
# HELP access_token_chain_due_timestamp_seconds When the next heartbeat of the background chain is late.
# TYPE access_token_chain_due_timestamp_seconds gauge
access_token_chain_due_timestamp_seconds ${SECONDS + 1000}
# HELP access_token_function_instances Instances of the Function.
# TYPE access_token_function_instances gauge
access_token_function_instances{status="active"} 1
access_token_function_instances{status="queued"} 0
`);
});

test('what is wrong: the failure with its code, host and status, and each finding', () => {
  const failure = failureOf(START + 100_000, { code: 'invalid_grant', attempts: 3, since: START + 90_000, retryAt: START + 160_000, status: 400, host: 'login.example.com' });
  const token = { ...RECORD.token, refresh_token_expires_in: 1000 };
  expect(readExposition(expositionOf(reportOf(viewAt(120_000, { record: { ...RECORD, token }, failure, chain: null }))))).toMatchObject({
    'access_token_status{level="wrong"}': 1,
    'access_token_status{level="healthy"}': 0,
    'access_token_valid{token="accessToken"}': 0,
    'access_token_refresh_token_ends_timestamp_seconds{token="accessToken"}': SECONDS + 1000,
    'access_token_consecutive_refresh_failures{token="accessToken"}': 3,
    'access_token_refresh_failure_info{token="accessToken",code="invalid_grant",host="login.example.com",http_status="400"}': 1,
    'access_token_refresh_failing_since_timestamp_seconds{token="accessToken"}': SECONDS + 90,
    'access_token_refresh_failed_timestamp_seconds{token="accessToken"}': SECONDS + 100,
    'access_token_refresh_retry_timestamp_seconds{token="accessToken"}': SECONDS + 160,
    'access_token_finding_info{level="wrong",about="token \\"accessToken\\"",code="token_expired"}': 1,
    'access_token_finding_info{level="wrong",about="token \\"accessToken\\"",code="refresh_failed"}': 1,
    'access_token_finding_info{level="wrong",about="chain",code="chain_never_ran"}': 1,
  });
});

test('what could not be seen has no sample, and is no zero', () => {
  const samples = readExposition(expositionOf(reportOf(undefined, { function: { obstacle: { code: 'x', message: 'X.', remedy: 'Y.' } } })));
  expect(samples).toMatchObject({ 'access_token_status{level="unknown"}': 1, access_token_store_up: 0, access_token_function_up: 0 });
  const names = Object.keys(samples).map((series) => series.replace(/\{.*/, ''));
  expect(names).not.toContainEqual(expect.stringMatching(/valid|expires|failures|chain|instances/));
});

test('where nothing could be looked at, that is the level', () => {
  const failure = { code: 'configuration_invalid', message: 'The file can\'t be read.', exitCode: 2 };
  expect(readExposition(expositionOf(reportOfNothing(failure, START, 'prometheus')))).toMatchObject({
    'access_token_status{level="unknown"}': 1,
    access_token_last_check_timestamp_seconds: SECONDS,
    'access_token_finding_info{level="unknown",about="configuration",code="configuration_invalid"}': 1,
  });
});

describe('any report', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('a"b\nc', '\\', '\\n', '"', '{x="y"}', '\ud800', '\r', '#', ''));
  const number = fc.oneof(fc.double(), fc.integer(), fc.nat());
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const finding = fc.record<Finding>({ level: fc.constantFrom('wrong', 'unknown', 'degraded', 'note'), about: text, code: text, message: text, remedy: text });
  const failure = fc.record({ code: text, at: number, attempts: number, retryAt: number, since: optional(number), message: optional(text), status: optional(number), host: optional(text) });
  const token = fc.record({
    tokenName: text,
    state: fc.constantFrom('valid', 'due', 'expired', 'missing', 'unknown'),
    refreshPercent: number,
    issuedAt: optional(number),
    refreshAt: optional(number),
    expiresAt: optional(number),
    refreshTokenEndsAt: optional(number),
    failure: optional(failure),
  });
  const anyReport = fc.record({
    verdict: fc.constantFrom(...VERDICTS),
    exitCode: fc.nat(),
    checkedAt: number,
    projectId: optional(text),
    store: fc.record({ state: fc.constantFrom('reached', 'unknown'), kind: optional(fc.constantFrom('endpoint', 'redis')) }),
    tokens: fc.array(token),
    chain: fc.record({ state: fc.constantFrom('on_time', 'never'), at: optional(number), dueBy: optional(number) }),
    function: fc.record({ state: fc.constantFrom('running', 'not_used', 'unknown'), active: optional(number), queued: optional(number) }),
    findings: fc.array(finding),
  }) as fc.Arbitrary<StatusReport>;

  test('gives a well-formed text, with exactly one level', () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        // As it goes over the wire.
        const samples = readExposition(Buffer.from(expositionOf(report)).toString());
        const levels = VERDICTS.map((level) => samples[`access_token_status{level="${level}"}`]);
        expect(levels).toEqual(VERDICTS.map((level) => Number(level === report.verdict)));
      }),
    );
  });

  test('a name is read back as it was', () => {
    const tokenName = 'a"b\nc\\d';
    const [token] = reportOf(viewAt(0)).tokens;
    if (token === undefined) throw new Error('There is a token.');
    const samples = readExposition(expositionOf({ ...reportOf(viewAt(0)), tokens: [{ ...token, tokenName }, { ...token, tokenName: NAME }] }));
    const names = Object.keys(samples).flatMap((series) => /^access_token_valid\{token=(".*")\}$/.exec(series)?.[1] ?? []);
    // JSON escapes these three in the same way.
    expect(names.map((name) => JSON.parse(name) as string)).toEqual([tokenName, NAME]);
  });
});
