import type { CliContext } from '../../tools/cli/command';
import { PROVIDERS } from '../../tools/cli/providers';
import { smallestConfiguration, Workshop } from './support';
import type { Outcome } from './support';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

test.each([
  [['rendr'], 'There is no command "rendr". Did you mean render?', ''],
  [['sing'], 'There is no command "sing".', ''],
  [['--nonsense'], "Unknown option '--nonsense'.", ''],
  [['help', 'dploy'], 'There is no command "dploy". Did you mean deploy?', ' help'],
  [['render'], 'Say what to render: one of function, transformer-rest, transformer-webhook, transformer-socket.', ' render'],
  [['render', 'toString'], '"toString" can\'t be rendered. Choose one of function, transformer-rest, transformer-webhook, transformer-socket.', ' render'],
  [['render', 'fuction'], '"fuction" can\'t be rendered. Choose one of function, transformer-rest, transformer-webhook, transformer-socket. Did you mean function?', ' render'],
  [['render', 'function', 'again'], '"again" is one argument too many.', ' render'],
  [['deploy', 'now'], '"now" is one argument too many.', ' deploy'],
  [['undeploy', '--force'], "Unknown option '--force'.", ' undeploy'],
  [['deploy', '--dryrun'], "Unknown option '--dryrun'. Did you mean --dry-run?", ' deploy'],
  [['deploy', '-config', 'x'], "Unknown option '-config'. Did you mean --config?", ' deploy'],
  [['deploy', '--cnfig=x'], "Unknown option '--cnfig=x'. Did you mean --config?", ' deploy'],
  [['deploy', '--config'], '--config needs a value: --config FILE.', ' deploy'],
  [['deploy', '--config', '--dry-run'], '--config needs a value: --config FILE.', ' deploy'],
  [['deploy', '--env-file', '--config=x'], '--env-file needs a value: --env-file FILE.', ' deploy'],
  [['init', '--provider', 'keyclok'], 'There is no provider "keyclok". Did you mean keycloak?', ' init'],
  [['init', '--provider', 'Microsoft'], 'There is no provider "Microsoft". Did you mean entra or entra-certificate?', ' init'],
  [['init', '--provider', 'nobody-knows'], `There is no provider "nobody-knows". Choose one of ${PROVIDERS.map(({ id }) => id).join(', ')}.`, ' init'],
  [['init', '--provider'], '--provider needs a value: --provider NAME.', ' init'],
  [['authorize', '--port'], '--port needs a value: --port N.', ' authorize'],
  [['completion'], 'A shell is missing: one of bash, zsh, fish.', ' completion'],
  [['completion', 'fich'], 'There is no script for "fich". Choose one of bash, zsh, fish. Did you mean fish?', ' completion'],
  [['completion', 'toString'], 'There is no script for "toString". Choose one of bash, zsh, fish.', ' completion'],
])('a wrong call gets one line, and where to read more: %j', async (args, message, command) => {
  const { code, out, err } = await workshop.run(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toBe(`${message}\nSee access-token${command} --help\n`);
});

test('without anything the overview comes after one line', async () => {
  const { out: overview } = await workshop.run(['--help']);
  expect(await workshop.run([])).toEqual({ code: 2, out: '', err: `A command is missing.\n\n${overview}` });
});

test.each(['deploy', 'undeploy'])('%s --json tells of a wrong call in its document', async (command) => {
  const { code, out, err } = await workshop.run([command, '--json', '--config']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  const error = { code: 'call_wrong', message: '--config needs a value: --config FILE.' };
  expect(JSON.parse(out)).toMatchObject({ ok: false, error });
});

test.each([['--json', 'now'], ['--json', '--nonsense'], ['--json', '--config'], ['--json', '--config', 'x', '--watch', 'soon']])(
  'status tells of a wrong call in its own document: %j %j',
  async (...args) => {
    const { code, out, err } = await workshop.run(['status', ...args]);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const finding = { about: 'call', code: 'call_wrong', remedy: expect.stringContaining('--help') as string };
    expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', exitCode: 2, tokens: [], findings: [finding] });
  },
);

test.each([
  [['--format', 'nagios', '--config'], 3, /^ACCESS_TOKEN UNKNOWN - call: --config needs a value: --config FILE\. \(call_wrong\)\n$/],
  [['--format=nagios', '--nonsense'], 3, /^ACCESS_TOKEN UNKNOWN - call: Unknown option '--nonsense'\./],
  [['--format', 'prometheus', '--config'], 2, /^access_token_status\{level="unknown"\} 1$/m],
  [['--format', 'json', '--config'], 2, /"code": "call_wrong"/],
])('status tells of a wrong call in the chosen format: %j', async (args, exitCode, text) => {
  const { code, out } = await workshop.run(['status', ...args]);
  expect(code).toBe(exitCode);
  expect(out).toMatch(text);
});

test.each([['render', 'function', '--json'], ['init', '--json'], ['nothing', '--json'], ['--json']])(
  'without a --json of its own the line is no document: %j %j',
  async (...args) => {
    const { code, out, err } = await workshop.run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^[^\n]+\nSee access-token(?: \w+)? --help\n$/);
  },
);

test('--no-browser counts where it is given, and only there', async () => {
  const file = workshop.configuration(smallestConfiguration());
  const authorize = (...args: string[]) => workshop.run(['authorize', '--device', '--config', file, ...args]);
  expect((await authorize('--no-browser')).err).toContain('--device opens no browser');
  // What it has against the store comes later.
  expect((await authorize()).err).not.toContain('--device opens no browser');
});

const COMMANDS = ['init', 'authorize', 'deploy', 'status', 'undeploy', 'render', 'demo', 'completion', 'help'];
/** The demo is a program of its own. */
const OWN = COMMANDS.filter((command) => command !== 'demo');

test.each(OWN)('%s --help shows its own lines only, and so does help %s', async (command) => {
  const one = await workshop.run([command, '--help']);
  expect(one).toMatchObject({ code: 0, err: '' });
  expect(one.out).toMatch(new RegExp(`^Usage: access-token ${command}.*\n  \\S`));
  expect(one.out.match(/^Usage|^Options:/gm)).toEqual(['Usage', 'Options:']);
  expect(await workshop.run([command, '-h'])).toEqual(one);
  expect(await workshop.run(['help', command])).toEqual(one);
});

test('the overview names each command on a line, the exit codes, and what is read', async () => {
  const { code, out, err } = await workshop.run(['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [, listed = ''] = /^Commands:\n([^]*?)\n\n/m.exec(out) ?? [];
  expect(listed.split('\n').map((line) => /^ {2}(\S+) +\S/.exec(line)?.[1])).toEqual(COMMANDS);
  for (const word of ['access-token.json', 'access-token.env', '.env', 'CAI_BASEURL', 'CAI_APIKEY', 'CAI_AGENT', 'NO_COLOR']) expect(out).toContain(word);
  for (const exitCode of [0, 1, 2, 130]) expect(out).toMatch(new RegExp(`^  ${exitCode} +\\S`, 'm'));
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(90);
  expect(await workshop.run(['help'])).toEqual({ code, out, err });
  expect(await workshop.run(['-h'])).toEqual({ code, out, err });
});

test('every option of a command is in its help', async () => {
  const { out: script } = await workshop.run(['completion', 'bash']);
  for (const command of OWN) {
    const [, flags = ''] = new RegExp(`^ {4}${command}\\).*_access_token_offer (--.*) ;;$`, 'm').exec(script) ?? [];
    const { out } = await workshop.run([command, '--help']);
    expect(flags).not.toBe('');
    for (const flag of flags.split(' ')) expect(out).toMatch(new RegExp(`${flag}\\b`));
  }
});

test('the program is called as its user calls it, in each help text and remedy', async () => {
  const program = 'npx ./a.tgz';
  for (const args of [['--help'], ['deploy', '--help'], ['init', '--help']]) {
    const { out } = await workshop.run(args, {}, { program });
    expect(out).toMatch(/^Usage: npx \.\/a\.tgz /);
    expect(out.replace(/<\(access-token|: access-token$/gm, '')).not.toMatch(/access-token [a-z-]/);
  }
  expect((await workshop.run(['dploy'], {}, { program })).err).toMatch(/\nSee npx \.\/a\.tgz --help\n$/);
  expect((await workshop.run(['deploy', '--config', workshop.path('no.json')], {}, { program })).err).toMatch(/\nMake one with npx \.\/a\.tgz init, or/);
});

describe('demo', () => {
  async function play(args: string[], changes: Partial<CliContext> = {}): Promise<Outcome & { calls: unknown[] }> {
    const calls: unknown[] = [];
    const demo: CliContext['demo'] = async (...call) => calls.push(call) + 6;
    return { ...(await workshop.run(args, {}, { demo, ...changes })), calls };
  }

  test.each([
    [['demo'], []],
    [['demo', '--once', '--seconds', '20'], ['--once', '--seconds', '20']],
    [['demo', '--help'], ['--help']],
    [['--once', 'demo', '--config', 'x'], ['--once', '--config', 'x']],
  ])('%j gets its arguments as they are, and says how it ended', async (args, given) => {
    expect(await play(args)).toEqual({ code: 7, out: '', err: '', calls: [[given, 'access-token demo']] });
    expect((await play(args, { program: 'node dist/cli.js' })).calls).toEqual([[given, 'node dist/cli.js demo']]);
  });

  test.each([
    ["Cannot find module 'esbuild'\nRequire stack:\n- demo.js", 'esbuild'],
    ["Cannot find module '@cognigy/rest-api-client/build/shared/interfaces/resources/IFlow'", '@cognigy/rest-api-client'],
  ])('without a package it says how to get it: %s', async (message, name) => {
    const missing = Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
    const { code, err } = await play(['demo'], { demo: () => Promise.reject(missing) });
    expect({ code, err }).toEqual({
      code: 1,
      err: `The demo needs the package ${name}, which is not installed. Install access-token-cli again without --omit=optional.\n`,
    });
  });

  test.each([['No port is free.'], ["Cannot find module '/usr/lib/demo.js'"]])('another failure is told as it is: %s', async (message) => {
    const failure = Object.assign(new Error(message), { code: 'MODULE_NOT_FOUND' });
    const { code, err } = await play(['demo'], { demo: () => Promise.reject(failure) });
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) as string });
  });
});

test('init --help names each provider, in lines that fit', async () => {
  const { out } = await workshop.run(['init', '--help']);
  for (const { id } of PROVIDERS) expect(out).toMatch(new RegExp(`[ ,]${id}[,.]`));
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(90);
});

test('options count wherever they stand, and what looks like one after its option is its value', async () => {
  const config = workshop.configuration(smallestConfiguration());
  const rendered = await workshop.run(['--config', config, 'render', 'function']);
  expect(rendered).toMatchObject({ code: 0, err: '' });
  expect(await workshop.run(['render', `--config=${config}`, 'function'])).toEqual(rendered);
  expect(await workshop.run(['render', 'function', '--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+/) as string });
});
