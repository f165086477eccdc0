import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readVariables, setVariables } from '../../tools/cli/env-file';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-env-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PRINT = 'process.stdout.write(process.env.SECRET)';

test.each(['plain', 'a b', '  ', '#hash', '$HOME `id` \\ \\n "quoted" !x', "it's", "it's a # ;&|*", 'a=b', 'é€', '-----BEGIN KEY-----\na+b/\n\n# "c" $d = e\n-----END KEY-----'])(
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
