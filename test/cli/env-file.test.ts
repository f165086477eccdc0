import { setVariables } from '../../tools/cli/env-file';

test.each([`it's "$5"`, "it's\nmore", 'a\r\nb', "it's \\", "it's `x`"])('%j can not be written', (value) => {
  expect(setVariables('A=1\n', { SECRET: value })).toEqual({ text: 'A=1\n', unwritable: ['SECRET'] });
});

test("a value that can't be written stays where it is there already", () => {
  const previous = 'SECRET=`it\'s "$5"`\n';
  expect(setVariables(previous, { SECRET: `it's "$5"` })).toEqual({ text: previous, unwritable: [] });
});

test('a variable is replaced, whichever way it was written', () => {
  const previous = '# SECRET=comment\nexport SECRET=one\n SECRET = two\nSECRET_2=kept';
  expect(setVariables(previous, { SECRET: 'new' }).text).toBe("# SECRET=comment\nSECRET_2=kept\nSECRET='new'\n");
});

test('what others have written over several lines stays whole, whatever stands in it', () => {
  const foreign = 'KEY="-----BEGIN\n\nSECRET=inside\n-----END" # mine\r\nTEXT=\'a\nexport SECRET=b\'\nJS=`\nSECRET=c\n`\n\n# don\'t\n';
  expect(setVariables(`${foreign}SECRET="old\nvalue"\nOTHER=1`, { SECRET: 'new' }).text).toBe(`${foreign}OTHER=1\nSECRET='new'\n`);
});

test('a quote without an end is the value of its line only', () => {
  expect(setVariables('A="open\nSECRET=old\nB=2\n', { SECRET: 'new' }).text).toBe('A="open\nB=2\nSECRET=\'new\'\n');
});
