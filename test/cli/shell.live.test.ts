import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { settingLine, VARIABLES } from '../../tools/cli/shell';

const SECRET = `it's \\ "$5" # x`;

test('a pasted line asks for a secret, does not show it, and takes it as it is', () => {
  const line = settingLine(VARIABLES.clientSecret, 'made up') ?? '';
  const { stdout } = spawnSync('bash', ['-c', `${line}\nprintf '%s' "$CLIENT_SECRET"; env | grep -c '^CLIENT_SECRET='`], {
    input: `${SECRET}\n`,
    encoding: 'utf8',
  });
  expect(stdout).toBe(`CLIENT_SECRET: ${SECRET}1\n`);
});

test('a line takes a secret from its file, whatever the file is called', () => {
  const folder = mkdtempSync(join(tmpdir(), 'access-token-shell-'));
  const file = join(folder, "it's a key.pem");
  writeFileSync(file, `${SECRET}\n${SECRET}\n`);
  const { stdout } = spawnSync('bash', ['-c', `${settingLine('PRIVATE_KEY', 'made up', file) ?? ''}; printf '%s' "$PRIVATE_KEY"`], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe(`${SECRET}\n${SECRET}`);
});

test.each(Object.values(VARIABLES))('the line for %s is nothing but a command, in zsh too', (name) => {
  const line = settingLine(name, 'made up') ?? '';
  expect(line).not.toContain('#');
  expect(line).not.toMatch(/read -\w*p/);
  expect(spawnSync('bash', ['-n', '-c', line]).status).toBe(0);
});
