import { setVariables } from '../../../tools/cli/init/env-file';

test.each([`it's "$5"`, "it's\nmore", "it's \\", "it's `x`"])('%j can not be written', (value) => {
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
