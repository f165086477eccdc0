import { readAnswer } from '../../src/api-request/answer';
import { thrownBy } from '../support/thrown-by';

const body = async (bytes: Uint8Array | string, contentType?: string) => {
  const headers: Record<string, string> = contentType === undefined ? {} : { 'content-type': contentType };
  return (await readAnswer({ status: 200, headers, data: typeof bytes === 'string' ? Buffer.from(bytes) : bytes })).body;
};
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const swapped = (text: string) => utf16(text).swap16();

test.each<[string, Uint8Array | string, string | undefined, unknown]>([
  ['JSON', '{"a": [1, "ü"]}', 'application/json', { a: [1, 'ü'] }],
  ['JSON of a type of its own', '{"a": 1}', 'application/vnd.api+json; version=2', { a: 1 }],
  ['JSON that is a scalar', '12', 'application/json', 12],
  ['JSON that is null', 'null', 'application/json', null],
  ['JSON without a type', ' [1]', undefined, [1]],
  ['JSON that is said to be a page', '{"a": 1}', 'text/html', { a: 1 }],
  ['JSON in bytes of no type', '{"a": 1}', 'application/octet-stream', { a: 1 }],
  ['JSON with a byte order mark', '\ufeff{"a": 1}', 'application/json', { a: 1 }],
  ['damaged JSON', '{"a": ', 'application/json', '{"a": '],
  ['JSON that is too deep', '['.repeat(5000) + ']'.repeat(5000), 'application/json', '['.repeat(5000) + ']'.repeat(5000)],
  ['a scalar in a text', '12', 'text/plain', '12'],
  ['a text in brackets', '[see below]', 'text/plain', '[see below]'],
  ['a page', '<p>ü</p>', 'text/html; charset=UTF-8', '<p>ü</p>'],
  ['text in Latin 1', Buffer.from('Grüße', 'latin1'), 'text/plain; charset="ISO-8859-1"', 'Grüße'],
  ['text in Latin 1 that does not say so', Buffer.from('Grüße', 'latin1'), 'text/plain', 'Grüße'],
  ['text of Windows that says it is Latin 1', Buffer.from([0x80, 0x20, 0x93]), 'text/plain; charset=latin1', '€ “'],
  ['text of Windows', Buffer.from([0x80, 0x20, 0x93]), 'text/plain; charset=windows-1252', '€ “'],
  ['Japanese', Buffer.from([0x82, 0xa0]), 'text/plain;charset=Shift_JIS', 'あ'],
  ['UTF-16', utf16('{"a": "ü"}'), 'application/json; charset=utf-16le', { a: 'ü' }],
  ['UTF-16 by its mark', Buffer.concat([Buffer.from([0xfe, 0xff]), swapped('{"a": 1}')]), undefined, { a: 1 }],
  ['a picture that is text', '<svg/>', 'image/svg+xml', '<svg/>'],
  ['no type, and text', 'hello', undefined, 'hello'],
  ['nothing', '', 'application/json', null],
  ['nothing of a binary type', '', 'image/png', null],
])('reads %s', async (_, bytes, contentType, expected) => expect(await body(bytes, contentType)).toEqual(expected));

test.each<[string, Uint8Array | string, string | undefined, RegExp]>([
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png', /image\/png/],
  ['a document', '%PDF-1.7', 'application/pdf', /application\/pdf/],
  ['bytes with a zero', Buffer.from([97, 0, 98]), 'text/plain', /text\/plain/],
  ['bytes of no type', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), undefined, /not text/],
  ['bytes that are no UTF-8', Buffer.from([0xff, 0xd8, 0xff, 0xe0]), 'application/octet-stream', /octet-stream/],
  ['a charset that nobody knows', 'hello', 'text/plain; charset=klingon', /klingon/],
])('refuses %s by name', async (_, bytes, contentType, message) => {
  expect(await thrownBy(() => body(bytes, contentType))).toMatchObject({ code: 'response_not_text', status: 200, message: expect.stringMatching(message) as unknown });
});

test('takes what its transport has read already, and leaves cookies out', async () => {
  const headers = { 'content-type': 'text/plain', 'set-cookie': 'session=canary', etag: '"1"' };
  expect(await readAnswer({ status: 204, headers, data: '' })).toEqual({ status: 204, headers: { 'content-type': 'text/plain', etag: '"1"' }, body: null });
  expect(await readAnswer({ status: 200, headers: {}, data: { a: 1 } })).toMatchObject({ body: { a: 1 } });
});
