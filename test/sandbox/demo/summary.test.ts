import { percentsOf, summarize } from '../../../tools/sandbox/demo/summary';

/** Refreshes at 90 % of 10 s, each counted from the second in which it was asked for. */
const LIFETIME = 10;

test('a life is counted from the whole second in which its token was asked for', () => {
  const beginnings = new Set([1_000_000, 1_009_000]);
  expect(percentsOf([1_000_300, 1_009_000, 1_018_000], { lifetime: LIFETIME, beginnings })).toEqual([90, 90]);
});

test('also where its request arrived in the next second', () => {
  const beginnings = new Set([1_000_000, 1_009_000]);
  expect(percentsOf([1_001_004, 1_009_000], { lifetime: LIFETIME, beginnings })).toEqual([90]);
});

test('a token that nobody has seen in the store counts from the second of its request', () => {
  expect(percentsOf([1_000_300, 1_009_000], { lifetime: LIFETIME, beginnings: new Set([990_000, 1_009_000]) })).toEqual([90]);
});

test('a single token has not been replaced', () => {
  expect(percentsOf([1_000_300], { lifetime: LIFETIME, beginnings: new Set() })).toEqual([]);
});

test("what a user's consent brought is no refresh, and came at no percent of a life; the next token counts from it", () => {
  const request = (grantType: string, at: number, status = 200) => ({ grantType, at, answeredAt: at, status });
  const tokenRequests = [
    request('client_credentials', 1_000_000),
    request('authorization_code', 1_002_000),
    request('authorization_code', 1_003_000, 400),
    request('refresh_token', 1_011_000),
  ];
  const facts = {
    traffic: { executions: 9, failed: 3, sources: {} },
    failedInOutage: 2,
    authorization: { tokenRequests, apiCalls: { accepted: 9, refused: 0, revoked: 0 }, reuseDetections: 0 },
    platform: { functions: { hops: 2, maxHttpRequestsPerInstance: 3 } } as Parameters<typeof summarize>[0]['platform'],
    askedByChain: 2,
    maxApiCalls: 3,
    statusExitCode: 0,
    secretsLeaked: 0,
    lifetime: LIFETIME,
    beginnings: new Set<number>(),
  };
  expect(summarize(facts)).toMatchObject({
    failed: 1,
    failed_in_outage: 2,
    token_requests: 4,
    refreshes: 1,
    background_refreshes: 1,
    refresh_at_percent: { min: 90, median: 90, max: 90 },
  });
});
