import { spawnSync } from 'node:child_process';

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

test.each(Object.values(VARIABLES))('the line for %s is nothing but a command, in zsh too', (name) => {
  const line = settingLine(name, 'made up') ?? '';
  expect(line).not.toContain('#');
  expect(line).not.toMatch(/read -\w*p/);
  expect(spawnSync('bash', ['-n', '-c', line]).status).toBe(0);
});
