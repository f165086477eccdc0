import { AccessTokenError } from '../src/errors';
import { logError, logLine, logOf } from '../src/log';
import type { Log } from '../src/log';

test('level, code, facts, then sentences', () => {
  const facts = { token: 'crm', status: 401, chain: undefined, host: 'login.example.com:8443' };
  expect(logLine('error', 'invalid_client', 'It was refused. Look.', facts)).toBe(
    '[access-token] error invalid_client token=crm status=401 host=login.example.com:8443 It was refused. Look.',
  );
});

test.each([
  ['two words', '"two words"'],
  ['', '""'],
  ['a="b"', String.raw`"a=\"b\""`],
  ['x\n[access-token] error forged token=y', String.raw`"x\n[access-token] error forged token=y"`],
  ['토큰', '"토큰"'],
])("the value %j can't be taken for anything else", (value, shown) => {
  expect(logLine('warn', 'code', 'Message.', { token: value })).toBe(`[access-token] warn code token=${shown} Message.`);
});

test.each(['\n', '\r\n', '\u2028', '\u0085', '\u001b[31m', '\0'])('a line stays one line, whatever the message holds: %j', (control) => {
  const line = logLine('info', 'code', `one${control}two`, { token: `three${control}four` });
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
});

test('an error that may pass is a warning; the token comes first', () => {
  const told: unknown[][] = [];
  const log: Log = (...line) => void told.push(line);
  const down = new AccessTokenError('token_endpoint_unavailable', 'It is down.', { transient: true, status: 503, remedy: 'Wait.' });
  logError(logOf('crm', log), down, 'No token. ');
  logError(log, new AccessTokenError('invalid_client', 'No.', { remedy: 'Look.' }));
  expect(told).toEqual([
    ['warn', 'token_endpoint_unavailable', 'No token. It is down. Wait.', { token: 'crm', status: 503 }],
    ['error', 'invalid_client', 'No. Look.', { status: undefined }],
  ]);
});
