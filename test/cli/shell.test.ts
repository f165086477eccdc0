import { commandLine } from '../../tools/cli/shell';

describe('the line that runs a command', () => {
  test.each([
    [{}, undefined, 'node dist/cli.js deploy --config a.json'],
    [{}, 'a.env', 'node --env-file=a.env dist/cli.js deploy --config a.json'],
    [{ isInstalled: true }, undefined, 'access-token deploy --config a.json'],
    // POSIX: a name without a slash is looked for in the PATH.
    [{ isInstalled: true }, 'a.env', '(set -a; . ./a.env; access-token deploy --config a.json)'],
    [{ isInstalled: true }, "my bot's/a.env", `(set -a; . 'my bot'\\''s/a.env'; access-token deploy --config a.json)`],
  ])('%j, with the secrets in %s', (context, envFile, line) => {
    expect(commandLine('deploy --config a.json', context, envFile)).toBe(line);
  });
});
