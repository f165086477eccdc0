import { USUAL_SHAPE } from '../support/token-endpoint';
import { AccessTokenError } from '../../src/errors';
import type { TokenRecord } from '../../src/lifetime';
import { toResult } from '../../src/refresh';
import type { HandedOutToken } from '../../src/refresh';
import { recordOf, START } from '../support/token-records';

const SECONDS = START / 1000;

const record: TokenRecord = {
  ...recordOf('the token', START, {
    refresh_token: 'canary-refresh-token',
    id_token: 'canary-id-token',
    expires_in: 3600,
  }),
  version: 4,
};
const handedOut: HandedOutToken = { record, source: 'store', refreshed: false, stale: false, now: START };

test('shows the token and its times, in seconds, and nothing else', () => {
  expect(toResult({ ...handedOut, now: START + 600_400 }, 90, USUAL_SHAPE)).toEqual({
    access_token: 'the token',
    token_type: 'Bearer',
    authorization: 'Bearer the token',
    headers: { Authorization: 'Bearer the token' },
    expires_at: SECONDS + 3600,
    expires_in: 2999,
    refresh_at: SECONDS + 3240,
    refreshed: false,
    source: 'store',
  });
});

test('says where it is from, and whether it is fresh', () => {
  expect(toResult({ ...handedOut, source: 'token_endpoint', refreshed: true }, 90, USUAL_SHAPE)).toMatchObject({
    source: 'token_endpoint',
    refreshed: true,
  });
});

test('uses the token type of the answer', () => {
  const typed = { ...record, token: { ...record.token, token_type: 'DPoP' } };
  expect(toResult({ ...handedOut, record: typed }, 90, USUAL_SHAPE).authorization).toBe('DPoP the token');
});

test.each([
  ['BearerToken', 'Bearer'],
  ['bearer', 'Bearer'],
  ['Bearer\r\nX-Evil: 1', 'Bearer'],
  ['tökén', 'Bearer'],
  ['token', 'token'],
])('a stored token of the type %j is shown as %s', (token_type, scheme) => {
  const typed = { ...record, token: { ...record.token, token_type } };
  expect(toResult({ ...handedOut, record: typed }, 90, USUAL_SHAPE)).toMatchObject({ token_type: scheme, authorization: `${scheme} the token` });
});

test('a stale token carries its warning, with the time of the next try in whole seconds', () => {
  const warning = new AccessTokenError('token_endpoint_unavailable', 'down', {
    status: 503,
    retryAt: START + 1001,
    transient: true,
  });
  expect(toResult({ ...handedOut, stale: true, warning }, 90, USUAL_SHAPE)).toMatchObject({
    stale: true,
    warning: {
      code: 'token_endpoint_unavailable',
      message: 'down',
      remedy: warning.remedy,
      status: 503,
      retry_at: SECONDS + 2,
    },
  });
});

test('a warning without a next try has no time', () => {
  const warning = new AccessTokenError('store_unreachable', 'down');
  expect(toResult({ ...handedOut, warning }, 90, USUAL_SHAPE).warning).not.toHaveProperty('retry_at');
  expect(toResult({ ...handedOut, warning }, 90, USUAL_SHAPE)).not.toHaveProperty('stale');
});

test('what is left is never less than nothing', () => {
  expect(toResult({ ...handedOut, now: START + 4_000_000 }, 90, USUAL_SHAPE).expires_in).toBe(0);
});

test('fractions are rounded to the early side', () => {
  const fraction = { ...record, token: { ...record.token, expires_in: 10.9 } };
  expect(toResult({ ...handedOut, record: fraction }, 33, USUAL_SHAPE)).toMatchObject({
    expires_at: SECONDS + 10,
    expires_in: 10,
    refresh_at: SECONDS + 3,
  });
});

test('holds no refresh token and no other secret', () => {
  const text = JSON.stringify(
    toResult({ ...handedOut, stale: true, warning: new AccessTokenError('unexpected_error', 'x') }, 90, USUAL_SHAPE),
  );
  expect(text).not.toContain('canary');
});
