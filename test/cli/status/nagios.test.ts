import fc from 'fast-check';

import { judge } from '../../../tools/cli/status/judge';
import { nagiosLine } from '../../../tools/cli/status/nagios';
import { reportOfNothing } from '../../../tools/cli/status/report';
import { failureOf, START } from '../../support/token-records';
import { NAME, observation, reportOf, viewAt } from './support';

/** A label, a number with its unit, and what is worth a warning or critical. */
const FIGURE = /^'[^'=|\s]+'=-?\d+s?(?:;\d*)?(?:;\d+:)?$/;

test.each([
  [
    'healthy',
    viewAt(40_000),
    "ACCESS_TOKEN OK - 1 token valid, it expires in 1 min; chain on time [project p1]|'accessToken_expires_in'=60s;;0: 'accessToken_refresh_in'=50s 'accessToken_failures'=0 'heartbeat_age'=40s;1000 'active_instances'=1 'queued_instances'=0",
  ],
  [
    'an outage',
    viewAt(95_000, { failure: failureOf(START + 91_000, { attempts: 2, status: 503, host: 'login.example.com', message: 'The token endpoint answered HTTP 503.' }) }),
    'ACCESS_TOKEN WARNING - token "accessToken": Its refresh failed 2 times in a row, the last time 4 s ago: token_endpoint_unavailable. login.example.com, HTTP 503: The token endpoint answered HTTP 503. (refresh_failed) [project p1]' +
      "|'accessToken_expires_in'=5s;;0: 'accessToken_refresh_in'=-5s 'accessToken_failures'=2 'heartbeat_age'=95s;1000 'active_instances'=1 'queued_instances'=0",
  ],
  [
    'an expired token and no chain',
    viewAt(120_000, { chain: null }),
    'ACCESS_TOKEN CRITICAL - token "accessToken": It expired 20 s ago. (token_expired) And 1 more. [project p1]' +
      "|'accessToken_expires_in'=-20s;;0: 'accessToken_refresh_in'=-30s 'accessToken_failures'=0 'active_instances'=1 'queued_instances'=0",
  ],
  ['a silent store', undefined, "ACCESS_TOKEN UNKNOWN - store: It is slow. (store_timeout) [project p1]|'active_instances'=1 'queued_instances'=0"],
])('%s', (_, view, line) => {
  expect(nagiosLine(reportOf(view, { projectId: 'p1' }))).toBe(line);
});

test('of several tokens the one that expires first counts', () => {
  const tokens = ['one', 'two'].map((tokenName) => ({ tokenName, refreshPercent: 90 }));
  const views = new Map([['one', viewAt(10_000)], ['two', viewAt(30_000)]]);
  const line = nagiosLine(judge(observation(undefined, { tokens, store: { kind: 'endpoint', views } })));
  expect(line).toMatch(/^ACCESS_TOKEN OK - 2 tokens valid, the first expires in 1 min 10 s; chain on time\|'one_expires_in'=90s;;0: /);
});

test('where nothing could be looked at, that is said', () => {
  const failure = { code: 'configuration_invalid', message: 'One problem in x.json:\n  the file | can\'t be read', exitCode: 2 };
  const report = reportOfNothing(failure, START, 'nagios');
  expect(nagiosLine(report)).toBe("ACCESS_TOKEN UNKNOWN - configuration: One problem in x.json: the file / can't be read (configuration_invalid)");
  expect(report.exitCode).toBe(3);
});

test('any names and words give one line, with one bar before the figures', () => {
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom("it's", 'a=b', 'a|b', 'a b', '\n', 'x'.repeat(1000)));
  fc.assert(
    fc.property(text, text, (tokenName, words) => {
      const [token] = reportOf(viewAt(0)).tokens;
      const finding = { level: 'wrong', about: words, code: 'x', message: words, remedy: words } as const;
      const report = { ...reportOf(viewAt(0)), verdict: 'wrong', findings: [finding], tokens: token === undefined ? [] : [{ ...token, tokenName }] } as const;
      const line = nagiosLine({ ...report, findings: [finding], tokens: [...report.tokens] });
      expect(line).not.toMatch(/[\n\r]/);
      const [said = '', figures = '', ...more] = line.split('|');
      expect(more).toEqual([]);
      expect(said.length).toBeLessThan(500);
      for (const figure of figures.split(' ')) expect(figure).toMatch(FIGURE);
      expect(figures).toContain("expires_in'=100s;;0:");
    }),
  );
});

test(`a token's name is part of the label (${NAME})`, () => {
  const [token] = reportOf(viewAt(0)).tokens;
  if (token === undefined) throw new Error('There is a token.');
  const line = nagiosLine({ ...reportOf(viewAt(0)), tokens: [{ ...token, tokenName: "Anna's = token" }] });
  expect(line).toContain("|'Anna_s_token_expires_in'=100s;;0: ");
});
