import { judge } from '../../../tools/cli/status/judge';
import type { Observation, ObservedInstance } from '../../../tools/cli/status/observe';
import type { StoreView } from '../../../src/stores';
import type { Exits } from '../../../tools/cli/status/verdict';
import { failureOf, START } from '../../support/token-records';
import { ACCESS_TOKEN, FUNCTION_ID, instance, NAME, observation, RECORD, reportOf, viewAt } from './support';

test('a valid token, a chain on time and a running instance are healthy', () => {
  expect(reportOf(viewAt(40_000))).toEqual({
    verdict: 'healthy',
    exitCode: 0,
    checkedAt: START + 40_000,
    tokens: [
      {
        tokenName: NAME,
        state: 'valid',
        refreshPercent: 90,
        version: 4,
        issuedAt: START,
        refreshAt: START + 90_000,
        expiresAt: START + 100_000,
        expiresInMs: 60_000,
        lifePercent: 40,
      },
    ],
    chain: {
      state: 'on_time',
      chainId: 'chain-1',
      hop: 7,
      at: START,
      heartbeatAgeMs: 40_000,
      dueBy: START + 1_000_000,
    },
    store: { state: 'reached', kind: 'endpoint' },
    function: { state: 'running', functionId: FUNCTION_ID, active: 1, queued: 0 },
    findings: [],
  });
});

test.each([
  [89_999, 'valid', 0],
  [90_000, 'due', 0],
  [99_999, 'due', 0],
  [100_000, 'expired', 1],
])('%d ms after its issue the token is %s, exit code %d', (afterMs, state, exitCode) => {
  expect(reportOf(viewAt(afterMs))).toMatchObject({ exitCode, tokens: [{ state }] });
});

test('the clock is that of the store', () => {
  expect(reportOf(viewAt(40_000), { now: START + 3_600_000 })).toMatchObject({ exitCode: 0, checkedAt: START + 40_000 });
});

const withInstances = (...instances: ObservedInstance[]) => ({ function: { functionId: FUNCTION_ID, instances } });
const SILENT_API = { code: 'api_unreachable', message: 'No answer.', remedy: 'Wait.' };
const LATE = { chainId: 'c', hop: 1, at: START - 9000, dueBy: START };

const VERDICTS: [string, StoreView | undefined, Partial<Observation>, number, object[]][] = [
  ['no such token', viewAt(0, { record: null }), {}, 1, [{ level: 'wrong', code: 'token_missing' }]],
  [
    'a failure beside a missing token',
    viewAt(0, { record: null, failure: failureOf(START, { code: 'invalid_client' }) }),
    {},
    1,
    [{ code: 'token_missing' }, { code: 'refresh_failed', remedy: expect.stringContaining('client secret') as string }],
  ],
  [
    'a failure while the token is valid, of a kind that only a later version knows',
    viewAt(0, { failure: failureOf(START - 5000, { code: 'not_ours', attempts: 3 }) }),
    {},
    0,
    [
      {
        level: 'degraded',
        code: 'refresh_failed',
        message: 'Its refresh failed 3 times in a row, the last time 5 s ago: not_ours.',
      },
    ],
  ],
  [
    'an outage while the token is valid',
    viewAt(0, { failure: failureOf(START, { code: 'token_endpoint_unavailable' }) }),
    {},
    0,
    [{ level: 'degraded', code: 'refresh_failed' }],
  ],
  [
    'an outage, and the token has expired',
    viewAt(100_000, { failure: failureOf(START, { code: 'token_endpoint_unavailable' }) }),
    {},
    1,
    [{ level: 'wrong', code: 'token_expired' }, { level: 'wrong', code: 'refresh_failed' }],
  ],
  [
    'a refused refresh token while the token is valid: it will end without a refresh',
    viewAt(0, { failure: failureOf(START, { code: 'invalid_grant' }) }),
    {},
    1,
    [{ level: 'wrong', code: 'refresh_failed' }],
  ],
  [
    'a refused client while the token is valid: it will end without a refresh',
    viewAt(0, { failure: failureOf(START, { code: 'invalid_client' }) }),
    {},
    1,
    [{ level: 'wrong', code: 'refresh_failed' }],
  ],
  ['a late chain while the token is valid', viewAt(0, { chain: LATE }), {}, 0, [{ level: 'degraded', code: 'chain_late' }]],
  [
    'a late chain, and the token has expired',
    viewAt(100_000, { chain: LATE }),
    {},
    1,
    [{ code: 'token_expired' }, { level: 'wrong', code: 'chain_late' }],
  ],
  ['no chain yet while the token is valid', viewAt(0, { chain: null }), {}, 0, [{ level: 'degraded', code: 'chain_never_ran' }]],
  ['neither chain nor token yet', viewAt(0, { chain: null, record: null }), {}, 1, [{ code: 'token_missing' }, { level: 'wrong', code: 'chain_never_ran' }]],
  ['an older transformer', viewAt(0, { chain: undefined }), {}, 2, [{ level: 'unknown', code: 'chain_not_told' }]],
  ['no instance while the token is valid', viewAt(0), withInstances(instance({ status: 'done' })), 0, [{ level: 'degraded', code: 'no_instance' }]],
  ['no instance, and the token has expired', viewAt(100_000), withInstances(), 1, [{ code: 'token_expired' }, { level: 'wrong', code: 'no_instance' }]],
  [
    'a late chain and a silent API',
    viewAt(0, { chain: LATE }),
    { function: { functionId: FUNCTION_ID, obstacle: SILENT_API } },
    2,
    [{ level: 'degraded', code: 'chain_late' }, { level: 'unknown', code: 'api_unreachable' }],
  ],
  ['a queued instance', viewAt(0), withInstances(instance({ status: 'queued' })), 0, []],
  ['a silent store', undefined, {}, 2, [{ level: 'unknown', about: 'store', code: 'store_timeout' }]],
  [
    'a silent API',
    viewAt(0),
    { function: { functionId: FUNCTION_ID, obstacle: SILENT_API } },
    2,
    [{ level: 'unknown', about: 'function', code: 'api_unreachable' }],
  ],
  ['a silent store and no instance', undefined, withInstances(), 1, [{ code: 'store_timeout' }, { code: 'no_instance' }]],
];

test.each(VERDICTS)('%s', (_, view, members, exitCode, findings) => {
  const report = reportOf(view, members);
  expect(report).toMatchObject({ exitCode, findings });
  expect(report.findings).toHaveLength(findings.length);
  for (const { message, remedy } of report.findings) expect([message, remedy]).not.toContain('');
});

describe('a configuration without a chain', () => {
  test.each([[undefined], [null]])('misses none (%s)', (chain) => {
    const expected = { exitCode: 0, chain: { state: 'not_used' }, function: { state: 'not_used' }, findings: [] };
    expect(reportOfStoreOnly(viewAt(0, { chain }))).toMatchObject(expected);
  });

  test('shows one that has beaten, on time or not', () => {
    expect(reportOfStoreOnly(viewAt(0, { chain: LATE }))).toMatchObject({ exitCode: 0, chain: { state: 'late', hop: 1 } });
  });

  function reportOfStoreOnly(view: StoreView) {
    const { now, projectId, tokens, store } = observation(view);
    return judge({ now, projectId, tokens, store });
  }
});

test.each<[Exits, number[]]>([
  ['usual', [0, 0, 1, 2]],
  ['strict', [0, 1, 1, 2]],
  ['nagios', [0, 1, 2, 3]],
  ['prometheus', [0, 0, 0, 0]],
])('the exit codes, %s', (exits, codes) => {
  const observations = [observation(viewAt(0)), observation(viewAt(0, { chain: LATE })), observation(viewAt(100_000)), observation(undefined)];
  const reports = observations.map((seen) => judge(seen, exits));
  expect(reports.map(({ verdict }) => verdict)).toEqual(['healthy', 'degraded', 'wrong', 'unknown']);
  expect(reports.map(({ exitCode }) => exitCode)).toEqual(codes);
});

describe('a failed refresh', () => {
  const words = { message: 'The token endpoint answered invalid_client: Secret expired.', status: 401, host: 'login.example.com' };

  test('is told with the words of the server, its status and host, since when and how often', () => {
    const failure = failureOf(START + 20_000, { code: 'invalid_client', attempts: 4, since: START - 100_000, retryAt: START + 60_000, ...words });
    const report = reportOf(viewAt(40_000, { failure }));
    expect(report.tokens[0]?.failure).toEqual(failure);
    expect(report.findings[0]?.message).toBe(
      'Its refresh failed 4 times in a row, the first time 2 min 20 s ago, the last time 20 s ago: invalid_client. ' +
        'login.example.com, HTTP 401: The token endpoint answered invalid_client: Secret expired.',
    );
  });

  test('is told without what is no text or number, within bounds, and without control characters', () => {
    const strange = { since: '1', status: {}, host: ['x'], message: `\u001b[2J${'m'.repeat(10_000)}` };
    const failure = { ...failureOf(START, { code: 'c'.repeat(10_000) }), ...(strange as object) };
    const shown = reportOf(viewAt(0, { failure })).tokens[0]?.failure;
    expect(Object.keys(shown ?? {})).toEqual(['code', 'at', 'attempts', 'retryAt', 'message']);
    expect(shown?.code).toHaveLength(60);
    expect(shown?.message).toMatch(/^\[2Jm{296}…$/);
  });
});

describe('the last error of an instance', () => {
  const instances = [
    instance({ status: 'error', error: 'older', finishedAt: START - 2000 }),
    instance({ status: 'error', error: 'newer', finishedAt: START - 1000 }),
    instance({ status: 'error', createdAt: START - 3000 }),
    instance(),
  ];

  test('is the newest one, and history while the chain is on time', () => {
    expect(reportOf(viewAt(0), { function: { functionId: FUNCTION_ID, instances } })).toMatchObject({
      exitCode: 0,
      function: { lastError: { at: START - 1000, message: 'newer' } },
      findings: [],
    });
  });

  test('is a hint where the chain is not', () => {
    const report = reportOf(viewAt(0, { chain: null }), { function: { functionId: FUNCTION_ID, instances } });
    expect(report.findings).toMatchObject([{ code: 'chain_never_ran' }, { level: 'note', code: 'instance_failed' }]);
  });
});

test('of several answers the latest tells of the chain', () => {
  const chain = { chainId: 'newer', hop: 1, at: START + 500, dueBy: START + 9000 };
  const views = new Map([
    ['one', viewAt(1000, { chain })],
    ['two', viewAt(500)],
  ]);
  const tokens = ['one', 'two'].map((tokenName) => ({ tokenName, refreshPercent: 50 }));
  expect(reportOf(undefined, { store: { kind: 'endpoint', views }, tokens })).toMatchObject({ chain: { chainId: 'newer' }, tokens: [{}, {}] });
});

test('a token that came expired has lived', () => {
  const record = { ...RECORD, token: { ...RECORD.token, expires_in: 0 } };
  expect(reportOf(viewAt(0, { record }))).toMatchObject({ tokens: [{ state: 'expired', lifePercent: 100 }] });
});

test('no token is in a report, and no control character from outside', () => {
  const chain = { chainId: 'c\u001b[2J', hop: 1, at: START, dueBy: START + 1000 };
  const report = reportOf(viewAt(0, { failure: failureOf(START, { code: 'x\u001b]0;' }), chain }));
  const text = JSON.stringify(report);
  expect(text).not.toContain(ACCESS_TOKEN);
  expect(text).not.toContain('canary-refresh');
  expect(text).not.toContain('\\u001b');
});
