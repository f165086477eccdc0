import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readVariables, setVariables } from '../../../src/cli/init/env-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-env-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PRINT = 'process.stdout.write(process.env.SECRET)';

test.each(['plain', 'a b', '  ', '#hash', '$HOME `id` \\ \\n "quoted" !x', "it's", "it's a # ;&|*", 'a=b', 'é€'])(
  'node and a shell read %j alike',
  (value) => {
    const { text, unwritable } = setVariables('', { SECRET: value });
    expect(unwritable).toEqual([]);
    expect(readVariables(text)['SECRET']).toBe(value);
    const file = join(folder, 'x.env');
    writeFileSync(file, text);
    const env = { PATH: process.env['PATH'] };
    const byNode = execFileSync(process.execPath, [`--env-file=${file}`, '-e', PRINT], { encoding: 'utf8', env });
    const byShell = execFileSync('sh', ['-c', `. "${file}"; printf %s "$SECRET"`], { encoding: 'utf8', env });
    expect([byNode, byShell]).toEqual([value, value]);
  },
);

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
