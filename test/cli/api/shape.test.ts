import { isId, reader, readNothing } from '../../../tools/cli/api/shape';

const asIs = (text: string): string => text;
const read = reader({ id: 'id', name: 'name', code: 'text', version: 'name?', size: 'number?' });
const WHOLE = { _id: '64b7', name: 'A', code: 'a\nb' };

test('of an answer the members that are needed are taken', () => {
  expect(read({ ...WHOLE, size: 5, more: 1, version: null }, asIs)).toEqual({ id: '64b7', name: 'A', code: 'a\nb', size: 5 });
});

test.each([
  ['<html></html>', 'a web page'],
  ['hello', 'a text'],
  ['', 'no content'],
  [undefined, 'no content'],
  [null, 'null'],
  [5, 'a number'],
  [true, 'a boolean'],
  [[], 'a list'],
  [{}, 'an object in which "_id" is missing or wrong'],
  [{ ...WHOLE, code: undefined }, 'an object in which "code" is missing or wrong'],
  [{ ...WHOLE, name: { toString: 5 } }, 'an object in which "name" is missing or wrong'],
  [{ ...WHOLE, size: '5' }, 'an object in which "size" is missing or wrong'],
])('%j is not what the API answers', (answer, what) => {
  expect(() => read(answer, asIs)).toThrow(`not the management API's JSON, but ${what}`);
});

test('what is wrong in a list is named by its place', () => {
  const inList = reader({ id: 'id' }, 'items[3].');
  expect(() => inList(5, asIs)).toThrow('a list in which "items[3]" is no object');
  expect(() => inList({}, asIs)).toThrow('"items[3]._id" is missing or wrong');
});

test.each(['..', '.', '../x', 'a/b', 'a\\b', '%2e%2e', 'a?b', 'a#b', '', 'a b', 'a\n', '\u001b[2J', 5, null, {}])('%j is no id', (id) => {
  expect(isId(id)).toBe(false);
  expect(() => read({ ...WHOLE, _id: id }, asIs)).toThrow('"_id"');
});

test('names are fit for a terminal, and never turn into the name of another thing; secrets are struck out of them', () => {
  const strike = (text: string): string => text.replaceAll('canary', '[secret]');
  const { name } = read({ ...WHOLE, name: 'My\u001b[31m\u009b\r\n\u202e Token canary' }, strike);
  expect(name).toBe('My\uFFFD[31m\uFFFD\uFFFD\uFFFD\uFFFD Token [secret]');
  expect(read({ ...WHOLE, name: 'Zoë 👩‍💻' }, asIs).name).toBe('Zoë 👩‍💻');
});

test.each(['', {}, { any: 1 }])('where nothing is to be said %j will do', (answer) => {
  expect(() => readNothing(answer, asIs)).not.toThrow();
});

test.each(['<html>', 'ok', null, 5, []])('%j will not', (answer) => {
  expect(() => readNothing(answer, asIs)).toThrow("not the management API's JSON");
});
