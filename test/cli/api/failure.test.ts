import { ApiFailure, describeAnswer, toCliError } from '../../../tools/cli/api/failure';

const SECRET = 'canary secret+&%"7f';

test.each([
  [undefined, true, 'api_unreachable', 1],
  [200, false, 'api_not_an_api', 2],
  [302, false, 'api_not_an_api', 2],
  [400, false, 'api_refused', 1],
  [401, false, 'api_key_refused', 2],
  [403, false, 'api_forbidden', 2],
  [404, false, 'api_refused', 1],
  [409, false, 'api_refused', 1],
  [413, false, 'request_too_large', 2],
  [429, true, 'api_unavailable', 1],
  [500, true, 'api_unavailable', 1],
])('status %s is told as such', (status, transient, code, exitCode) => {
  const error = toCliError(new ApiFailure('GET /new/v2.0/x', status, 'the detail', transient));
  expect(error).toMatchObject({ code, exitCode, status, message: expect.stringContaining('the detail') as string });
  expect(error.remedy).not.toBe('');
});

test('of an answer only title and detail are shown, and no secret', () => {
  const strike = (text: string): string => text.replaceAll(SECRET, '[secret]');
  const body = { title: 'Bad Request', detail: `not ${SECRET}`, details: { fields: SECRET }, traceId: SECRET };
  expect(describeAnswer(body, strike)).toBe('Bad Request: not [secret]');
});

test.each([['<html>', 'no explanation'], [null, 'no explanation'], [{ title: 'x', detail: 'x' }, 'x'], [{ detail: { a: 1 } }, 'no explanation']])(
  'an answer such as %j is described',
  (body, expected) => {
    expect(describeAnswer(body, (text) => text)).toBe(expected);
  },
);

test('a long wait is told', () => {
  const failure = new ApiFailure('GET /x', 429, 'slow down', true, Date.UTC(2030, 0, 1));
  expect(toCliError(failure).message).toContain('It asks to wait until 2030-01-01T00:00:00.000Z.');
});
