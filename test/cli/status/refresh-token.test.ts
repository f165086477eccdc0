import { judge } from '../../../tools/cli/status/judge';
import type { StatusReport } from '../../../tools/cli/status/report';
import { PLAIN, reportLines } from '../../../tools/cli/status/view';
import type { TokenRecord } from '../../../src/lifetime';
import { failureOf, START } from '../../support/token-records';
import { NAME, observation, RECORD, viewAt } from './support';

const DAY_SECONDS = 86_400;
const DAY_MS = DAY_SECONDS * 1000;

/** A report on a record whose token lives for 100 days, with more of the answer's members. */
function report(members: object, afterMs: number, { days, ...changes }: { days?: number; refused?: string } = {}): StatusReport {
  const token = { ...RECORD.token, expires_in: 100 * DAY_SECONDS, ...members };
  const record: TokenRecord = { ...RECORD, token };
  const failure = changes.refused === undefined ? undefined : failureOf(START, { code: changes.refused });
  const tokens = [{ tokenName: NAME, refreshPercent: 90, refreshTokenDays: days }];
  const chain = { chainId: 'c', hop: 1, at: START + afterMs, dueBy: START + afterMs + 1000 };
  return judge(observation(viewAt(afterMs, { record, failure, chain }), { tokens }));
}

describe('the day on which a refresh token ends', () => {
  test.each([
    ['say most servers', { refresh_token_expires_in: 30 * DAY_SECONDS }, undefined, 30],
    ['says Keycloak', { refresh_expires_in: 30 * DAY_SECONDS }, undefined, 30],
    ['says a text', { refresh_token_expires_in: String(30 * DAY_SECONDS) }, undefined, 30],
    ['says the answer rather than the table', { refresh_token_expires_in: 30 * DAY_SECONDS }, 90, 30],
    ['says the table', {}, 90, 90],
    ['says nobody', {}, undefined, undefined],
    ['is never, says Keycloak', { refresh_expires_in: 0 }, 90, undefined],
    ['is of no token without one', { refresh_token: undefined }, 90, undefined],
  ])('%s', (_, members, days, ends) => {
    const [token] = report(members, 0, days === undefined ? {} : { days }).tokens;
    expect(token?.refreshTokenEndsAt).toBe(ends === undefined ? undefined : START + ends * DAY_MS);
  });
});

describe('seven days ahead', () => {
  const members = { refresh_token_expires_in: 30 * DAY_SECONDS };

  test.each([
    [23 * DAY_MS, []],
    [23 * DAY_MS + 1, ['ends']],
    [30 * DAY_MS - 1, ['ends']],
    [30 * DAY_MS, ['ended']],
  ])('%d ms after its issue, it is told: %j', (afterMs, told) => {
    const { findings, exitCode } = report(members, afterMs);
    const remedy = expect.stringMatching(/^Run access-token authorize --token accessToken:/) as string;
    expect(findings).toEqual(
      told.map((ends) => ({ level: 'degraded', about: 'token "accessToken"', code: 'refresh_token_ends', message: `Its refresh token ${ends} on 31 January 2030.`, remedy })),
    );
    expect(exitCode).toBe(0);
  });

  test('the report for people has the day long before', () => {
    expect(reportLines(report(members, 0), PLAIN)).toContain('  its refresh token ends on 31 January 2030');
  });
});

describe('a refresh token that is refused', () => {
  test.each([
    ['invalid_grant', {}, /^Run access-token authorize --token accessToken: it asks the user for a new consent/],
    ['invalid_grant', { refresh_token: undefined }, /^Enter a new refresh token/],
    ['invalid_client', {}, /^Check the client ID/],
  ])('%s %j is mended by its remedy', (refused, members, remedy) => {
    const { findings } = report(members, 0, { refused });
    expect(findings).toMatchObject([{ level: 'wrong', code: 'refresh_failed', remedy: expect.stringMatching(remedy) as string }]);
  });

  test('with the day on which it was to end', () => {
    const { findings } = report({ refresh_token_expires_in: 30 * DAY_SECONDS }, 0, { refused: 'invalid_grant' });
    expect(findings[0]?.message).toMatch(/The refresh token was expected to live until 31 January 2030\.$/);
  });
});
