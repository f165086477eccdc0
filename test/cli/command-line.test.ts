import { PROVIDERS } from '../../tools/cli/providers';
import { smallestConfiguration, Workshop } from './support';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

test.each([
  [[], 'A command is missing.'],
  [['rendr'], 'There is no command "rendr".'],
  [['render'], 'What to render is missing'],
  [['render', 'toString', '--config', 'x'], '"toString" can\'t be rendered'],
  [['render', 'function'], '--config FILE is missing.'],
  [['render', 'function', 'again', '--config', 'x'], 'one argument too many'],
  [['render', 'function', '--cnfig', 'x'], '--cnfig'],
  [['deploy'], '--config FILE is missing.'],
  [['deploy', 'now', '--config', 'x'], '"now" is one argument too many'],
  [['undeploy', '--force', '--config', 'x'], '--force'],
])('a wrong call shows the usage: %j', async (args, message) => {
  const { code, out, err } = await workshop.run(args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
  expect(err).toContain('Usage: node dist/cli.js');
});

test.each(['deploy', 'undeploy'])('%s --json tells of a wrong call in its document', async (command) => {
  const { code, out, err } = await workshop.run([command, '--json']);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'call_wrong', message: '--config FILE is missing.' } });
});

test.each([['--json'], ['--json', '--nonsense'], ['--json', '--config', 'x', '--watch', 'soon']])(
  'status tells of a wrong call in its own document: %j %j',
  async (...args) => {
    const { code, out, err } = await workshop.run(['status', ...args]);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const finding = { about: 'call', code: 'call_wrong', remedy: expect.stringContaining('--help') as string };
    expect(JSON.parse(out)).toMatchObject({ verdict: 'unknown', exitCode: 2, tokens: [], findings: [finding] });
  },
);

test.each([
  [['--format', 'nagios'], 3, /^ACCESS_TOKEN UNKNOWN - call: --config FILE is missing\. \(call_wrong\)\n$/],
  [['--format=nagios', '--nonsense'], 3, /^ACCESS_TOKEN UNKNOWN - call: Unknown option '--nonsense'\./],
  [['--format', 'prometheus'], 2, /^access_token_status\{level="unknown"\} 1$/m],
  [['--format', 'json'], 2, /"code": "call_wrong"/],
])('status tells of a wrong call in the chosen format: %j', async (args, exitCode, text) => {
  const { code, out } = await workshop.run(['status', ...args]);
  expect(code).toBe(exitCode);
  expect(out).toMatch(text);
});

test.each([['render', 'function', '--json'], ['init', '--json'], ['nothing', '--json'], ['--json']])(
  'without a --json of its own the usage is shown: %j %j',
  async (...args) => {
    const { code, out, err } = await workshop.run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('Usage: node dist/cli.js');
  },
);

test.each([
  [['rendr'], 'There is no command "rendr". Did you mean render?'],
  [['dploy'], 'There is no command "dploy". Did you mean deploy?'],
  [['sing'], 'There is no command "sing".'],
  [['deploy', '--dryrun'], "Unknown option '--dryrun'. Did you mean --dry-run?"],
  [['deploy', '--config'], "Option '--config <value>' argument missing."],
  [['init', '--provider', 'keyclok'], 'There is no provider "keyclok". Did you mean keycloak?'],
  [['init', '--provider', 'Microsoft'], 'There is no provider "Microsoft". Did you mean entra or entra-certificate?'],
  [['init', '--provider', 'nobody-knows'], `There is no provider "nobody-knows". Known are ${PROVIDERS.map(({ id }) => id).join(', ')}.`],
  [['init', '--provider'], "Option '--provider <value>' argument missing."],
])('a slip gets a suggestion, where there is a likely one: %j', async (args, message) => {
  const { code, err } = await workshop.run(args);
  expect(code).toBe(2);
  expect(err.split('\n')[0]).toBe(message);
});

test('--no-browser counts where it is given, and only there', async () => {
  const file = workshop.configuration(smallestConfiguration());
  const authorize = (...args: string[]) => workshop.run(['authorize', '--device', '--config', file, ...args]);
  expect((await authorize('--no-browser')).err).toContain('--device opens no browser');
  // What it has against the store comes later.
  expect((await authorize()).err).not.toContain('--device opens no browser');
});

test.each(['init', 'authorize', 'deploy', 'status', 'undeploy', 'render'])('%s --help shows its own lines only', async (command) => {
  const [one, all] = [await workshop.run([command, '--help']), await workshop.run(['--help'])];
  expect(one).toMatchObject({ code: 0, err: '' });
  expect(one.out).toMatch(new RegExp(`^Usage: node dist/cli.js ${command} .*\n  \\S`));
  expect(one.out.match(/^Usage|^Options:/gm)).toEqual(['Usage', 'Options:']);
  for (const line of one.out.split('\n')) expect(all.out).toContain(line.replace('Usage: node dist/cli.js ', ''));
  expect(one.out.length).toBeLessThan(all.out.length / 2);
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
