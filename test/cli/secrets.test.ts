import { secretStriker } from '../../tools/cli/secrets';

const SECRET = 'canary secret+&%"\'<é/\\7f=';
const strike = secretStriker([SECRET, 'abc', undefined, '']);
const json = (text: string): string => JSON.stringify(text).slice(1, -1);
const everyByte = [...Buffer.from(SECRET)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
const everyUnit = SECRET.split(/(?:)/).map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');

test.each([
  ['as it is', SECRET],
  ['in a URL', encodeURIComponent(SECRET)],
  ['in a URL, twice', encodeURIComponent(encodeURIComponent(SECRET))],
  ['in a URL, by RFC 3986', encodeURIComponent(SECRET).replace(/'/g, '%27')],
  ['in a URL, in lower case', encodeURIComponent(SECRET).replace(/%../g, (byte) => byte.toLowerCase())],
  ['in a URL, byte by byte', everyByte],
  ['in a form', new URLSearchParams({ x: SECRET }).toString().slice(2)],
  ['in JSON', json(SECRET)],
  ['in JSON in JSON', json(json(SECRET))],
  ['in JSON, with slashes escaped', json(SECRET).replace(/\//g, '\\/')],
  ['in JSON, unit by unit', everyUnit],
  ['in JSON as .NET writes it', json(SECRET).replace(/\\"/g, '\\u0022').replace(/[&+'<é]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16).toUpperCase()}`)],
  ['in HTML', SECRET.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/'/g, '&#39;').replace(/</g, '&lt;')],
  ['in Base64', Buffer.from(SECRET).toString('base64')],
  ['in Base64 for URLs', Buffer.from(SECRET).toString('base64url')],
  ['in Base64 in a URL', encodeURIComponent(Buffer.from(SECRET).toString('base64'))],
  ['in hexadecimal digits', Buffer.from(SECRET).toString('hex').toUpperCase()],
])('a secret is struck out %s', (_, form) => {
  expect(strike(`not "${form}".`)).toBe('not "[secret]".');
});

test.each(['a:', 'ab:', 'abc:'])('also in the Basic credentials of the client "%s"', (client) => {
  for (const behind of ['', '!', '!!']) {
    const basic = Buffer.from(`${client}${SECRET}${behind}`).toString('base64');
    const left = strike(basic).split('[secret]');
    expect(left).toHaveLength(2);
    // At most the client and the digits that it shares.
    expect(left[0]?.length).toBeLessThanOrEqual(6);
    expect(left[1]?.length).toBeLessThanOrEqual(5);
  }
});

test('what is no secret stays, and the longest secret goes first', () => {
  expect(strike('abc and canary')).toBe('abc and canary');
  expect(secretStriker([])('anything')).toBe('anything');
  expect(secretStriker(['canary', 'canary-long'])('canary-long canary')).toBe('[secret] [secret]');
});

test('long secrets and long texts are no matter', () => {
  const long = `${'a"b\\'.repeat(2500)}c`;
  const struck = secretStriker([long])(`x ${JSON.stringify(long)} ${'\\'.repeat(10_000)}`);
  expect(struck.slice(0, 20)).toBe(`x "[secret]" ${'\\'.repeat(7)}`);
});
