import { lifetimeBar, PLAIN, reportLine, reportLines, styleFor } from '../../../tools/cli/status/view';
import { failureOf, START } from '../../support/token-records';
import { FUNCTION_ID, instance, reportOf, viewAt } from './support';

test('a healthy report', () => {
  expect(reportLines(reportOf(viewAt(40_000)), PLAIN)).toEqual([
    'Token accessToken: valid, version 4',
    '  ################--------------------|---  40 %',
    '  refresh at 90 % in 50 s, expires in 1 min',
    'Chain: on time, instance 7, heartbeat 40 s ago, the next one in 16 min at the latest',
    `Function ${FUNCTION_ID}: running, 1 active, 0 queued`,
    'Healthy.',
  ]);
});

test('what is wrong, and what to do about it', () => {
  const failure = failureOf(START + 90_000, { code: 'invalid_client', attempts: 2, retryAt: START + 130_000 });
  const instances = [instance({ status: 'error', error: 'stopped', finishedAt: START + 100_000 })];
  const chain = { chainId: 'c', hop: 7, at: START, dueBy: START + 60_000 };
  const report = reportOf(viewAt(120_000, { failure, chain }), { function: { functionId: FUNCTION_ID, instances } });
  expect(reportLines(report, PLAIN)).toEqual([
    'Token accessToken: expired, version 4',
    '  ####################################|### 100 %',
    '  refresh at 90 % 30 s ago, expired 20 s ago',
    '  last failure: invalid_client 30 s ago (attempt 2); next try in 10 s',
    'Chain: late, instance 7, heartbeat 2 min ago, the next one was due 1 min ago',
    `Function ${FUNCTION_ID}: not running, 0 active, 0 queued; last error 20 s ago: stopped`,
    'wrong: token "accessToken": It expired 20 s ago. (token_expired)',
    '  The lines on its last refresh and on the chain say why it was not refreshed.',
    'wrong: token "accessToken": ' +
      'Its refresh failed 2 times in a row, the last time 30 s ago: invalid_client. (refresh_failed)',
    '  Check the client ID, the client secret and the client authentication method.',
    'wrong: chain: Its heartbeat has been late for 1 min; the last one was 2 min ago. (chain_late)',
    '  Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
    'wrong: function: No instance of the Function is active or queued. (no_instance)',
    '  Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
    'note: function: Its last failed instance said: stopped (instance_failed)',
    '  Look into the log of the Function.',
    'Something is wrong.',
  ]);
});

test('what may go wrong: the words of the server, since when, and whose project it is', () => {
  const words = { message: 'The token endpoint answered HTTP 503: Maintenance.', status: 503, host: 'login.example.com' };
  const failure = failureOf(START + 90_000, { attempts: 3, since: START + 30_000, retryAt: START + 98_000, ...words });
  const lines = reportLines(reportOf(viewAt(95_000, { failure }), { projectId: 'p1' }), PLAIN);
  expect(lines).toEqual([
    'Project p1, tokens in the Endpoint',
    'Token accessToken: valid, due for its refresh, version 4',
    '  ####################################|#--  95 %',
    '  refresh at 90 % 5 s ago, expires in 5 s',
    '  last failure: token_endpoint_unavailable 5 s ago (attempt 3, the first 1 min 5 s ago); next try in 3 s',
    '    login.example.com, HTTP 503: The token endpoint answered HTTP 503: Maintenance.',
    'Chain: on time, instance 7, heartbeat 1 min 35 s ago, the next one in 15 min 5 s at the latest',
    `Function ${FUNCTION_ID}: running, 1 active, 0 queued`,
    'degraded: token "accessToken": Its refresh failed 3 times in a row, the first time 1 min 5 s ago, the last time 5 s ago: token_endpoint_unavailable. ' +
      'login.example.com, HTTP 503: The token endpoint answered HTTP 503: Maintenance. (refresh_failed)',
    '  It is retried. If it persists, ask its operator.',
    'The tokens are valid, but see above.',
  ]);
});

test("what can't be told", () => {
  const obstacle = { code: 'api_unreachable', message: 'No answer.', remedy: 'Wait.' };
  expect(reportLines(reportOf(undefined, { function: { obstacle } }), PLAIN)).toEqual([
    'Token accessToken: unknown',
    'Chain: unknown',
    'Function: unknown',
    "can't tell: store: It is slow. (store_timeout)",
    '  Wait.',
    "can't tell: function: No answer. (api_unreachable)",
    '  Wait.',
    "Can't tell whether all is well.",
  ]);
});

test('one line for logs', () => {
  expect(reportLine(reportOf(viewAt(40_000)))).toBe(
    '2030-01-01T00:00:40.000Z healthy: accessToken valid, version 4, 40 %, expires in 1 min; ' +
      'chain on time at instance 7; 1 active, 0 queued',
  );
  expect(reportLine(reportOf(viewAt(120_000, { chain: null })))).toBe(
    '2030-01-01T00:02:00.000Z wrong: accessToken expired, version 4, 100 %, expired 20 s ago; chain has never run; ' +
      '1 active, 0 queued; wrong: token_expired; wrong: chain_never_ran',
  );
});

describe('the bar', () => {
  const [token] = reportOf(viewAt(40_000)).tokens;
  if (token === undefined) throw new Error('There is a token.');

  test.each([
    [10, '####-----|'],
    [1, '####-----|'],
    [20, '########----------|-'],
    [500, '################--------------------|---'],
  ])('in %d columns', (room, bar) => {
    expect(lifetimeBar(token, room, PLAIN)).toBe(bar);
  });

  test('needs a stored token', () => {
    expect(lifetimeBar({ tokenName: 'x', state: 'missing', refreshPercent: 90 }, 40, PLAIN)).toBe('');
  });

  test('of a token without a life has no refresh point', () => {
    const dead = { ...token, expiresAt: token.issuedAt ?? 0, refreshAt: token.issuedAt ?? 0, lifePercent: 100 };
    expect(lifetimeBar(dead, 10, PLAIN)).toBe('##########');
  });
});

describe('the style', () => {
  test.each([
    ['a pipe', false, {}],
    ['a terminal that knows no more', true, { TERM: 'dumb' }],
  ])('of %s is plain', (_, isTerminal, env) => {
    expect(styleFor(isTerminal, env, 100)).toBe(PLAIN);
  });

  test.each([
    ['with colours', {}, '\u001b[32mfine\u001b[39m'],
    ['with colours where NO_COLOR is empty', { NO_COLOR: '' }, '\u001b[32mfine\u001b[39m'],
    ['without colours', { NO_COLOR: '1' }, 'fine'],
  ])('of a terminal, %s', (_, env, text) => {
    const style = styleFor(true, { TERM: 'xterm-256color', ...env }, 33);
    expect(style.width).toBe(33);
    expect(style.paint('good', 'fine')).toBe(text);
    expect(reportLines(reportOf(viewAt(40_000)), style)[1]).toBe('  ██████████░░░░░░░░░░░░░┃░  40 %');
  });

  test('without a width is 80 columns wide', () => {
    expect(styleFor(true, {}, undefined).width).toBe(80);
    expect(styleFor(true, {}, 0).width).toBe(80);
  });
});
