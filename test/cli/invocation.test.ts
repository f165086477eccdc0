import { calledAs, nextCommand, programOf } from '../../tools/cli/invocation';

const program = (script: string, env: Record<string, string> = {}, cwd = '/home/me/bot', text?: string) =>
  programOf({ script, cwd, env, readText: () => text });

describe('the program is called', () => {
  test.each([
    ['in a checkout', '/home/me/main/dist/cli.js', '/home/me/main', 'node dist/cli.js'],
    ['beside a checkout', '/home/me/main/dist/cli.js', '/home/me/bot', 'node ../main/dist/cli.js'],
    ['far from it', '/opt/at/cli.js', '/home/me/bot/x/y/z', 'node /opt/at/cli.js'],
    ['with a space in its path', '/home/my files/cli.js', '/home', "node 'my files/cli.js'"],
    ['installed for everybody', '/usr/local/bin/access-token', '/home/me', 'access-token'],
    ['linked with npm link', '/home/me/.nvm/versions/node/v20/bin/access-token', '/home/me', 'access-token'],
    ['installed for everybody on Windows', 'C:\\npm\\node_modules\\access-token-cli\\cli.js', 'C:\\bot', 'access-token'],
    ['a dependency of the project', '/home/me/bot/node_modules/.bin/access-token', '/home/me/bot', 'npx access-token'],
  ])('%s', (_, script, cwd, expected) => {
    expect(program(script, {}, cwd)).toBe(expected);
  });

  test('by npx, as a dependency on Windows', () => {
    expect(program('C:\\bot\\node_modules\\access-token-cli\\cli.js', { npm_command: 'exec' }, 'C:\\bot')).toBe('npx access-token');
  });

  test.each([
    [JSON.stringify({ _npx: { packages: ['./access-token-cli-1.0.0.tgz'] } }), 'npx ./access-token-cli-1.0.0.tgz'],
    [JSON.stringify({ _npx: { packages: ['access-token-cli@1.0.0'] } }), "npx 'access-token-cli@1.0.0'"],
    [JSON.stringify({ _npx: { packages: ['a b.tgz'] } }), "npx 'a b.tgz'"],
    [JSON.stringify({ _npx: {} }), 'npx access-token'],
    ['no JSON', 'npx access-token'],
    [undefined, 'npx access-token'],
  ])('by npx, which has fetched it: %s', (text, expected) => {
    const script = '/home/me/.npm/_npx/5c930b95483f2450/node_modules/.bin/access-token';
    expect(program(script, { npm_command: 'exec' }, '/home/me/bot', text)).toBe(expected);
  });
});

test('texts call the program as its user does; files and the product keep their names', () => {
  const text = 'Make one with access-token init, or access-token --help. It is access-token.json of Access Token.';
  expect(calledAs('node dist/cli.js', text)).toBe(
    'Make one with node dist/cli.js init, or node dist/cli.js --help. It is access-token.json of Access Token.',
  );
  expect(calledAs("npx '$&'", 'access-token init')).toBe("npx '$&' init");
});

test.each([
  ['access-token.json', undefined, 'access-token deploy'],
  ['other.json', undefined, 'access-token deploy --config other.json'],
  ['my bot.json', "it's.env", "access-token deploy --config 'my bot.json' --env-file 'it'\\''s.env'"],
])('the next command names only what is not found by itself: %s, %s', (config, envFile, line) => {
  expect(nextCommand('access-token', 'deploy', config, envFile)).toBe(line);
});
