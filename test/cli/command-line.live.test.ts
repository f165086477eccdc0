import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { version } from '../../package.json';

import { CANARIES, configOf, ENVIRONMENT, smallestConfiguration, Workshop } from './support';
import type { Outcome } from './support';

const CLI = join(__dirname, '../../dist/cli.js');

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

/** Runs the built program, with the built templates, somewhere else than in the repository. */
function cli(...args: string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    cwd: workshop.folder,
    env: { ...ENVIRONMENT },
    encoding: 'utf8',
  });
  return { code: status ?? -1, out: stdout, err: stderr };
}

test.each(['function', 'transformer-rest', 'transformer-webhook', 'transformer-socket'])(
  'renders dist/%s.ts, which differs from the template in its configuration only',
  (artifact) => {
    workshop.configuration(smallestConfiguration());
    const { code, out, err } = cli('render', artifact, '--config', 'config.json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(configOf(out)).toHaveProperty('endpointSecret', CANARIES.endpointSecret);
    const withoutBlock = (text: string): string => text.replace(/^const CONFIG = [^]*?^\};$/m, '');
    const template = readFileSync(join(__dirname, `../../dist/${artifact}.ts`), 'utf8');
    expect(withoutBlock(out)).toBe(withoutBlock(template));
    expect(withoutBlock(out)).not.toContain('CONFIG = {');
  },
);

test('options may stand before the command', () => {
  workshop.configuration(smallestConfiguration());
  expect(cli('--config', 'config.json', 'render', 'function')).toMatchObject({ code: 0, err: '' });
});

test('writes to --out', () => {
  workshop.configuration(smallestConfiguration());
  expect(cli('render', 'function', '--config', 'config.json', '--out', 'out.ts')).toMatchObject({ code: 0, out: '' });
  expect(statSync(workshop.path('out.ts')).mode & 0o777).toBe(0o600);
});

test('a wrong configuration ends with exit code 2 and shows no secret', () => {
  workshop.configuration({ ...smallestConfiguration(), functionId: '${MISSING}' });
  const { code, out, err } = cli('render', 'function', '--config', 'config.json');
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('functionId: the environment variable MISSING is not set');
  for (const secret of Object.values(CANARIES)) expect(err).not.toContain(secret);
});

test('--help and --version', () => {
  expect(cli('--help')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^Usage: node \S+dist\/cli\.js <command>/) as string });
  expect(cli('render', '-h')).toMatchObject({ code: 0 });
  expect(cli('--version')).toEqual({ code: 0, err: '', out: `${version}\n` });
});

test.each([['rendr'], ['render', 'function', '--cnfig', 'x']])('a wrong call says how to read more, in the words that called it: %j', (...args) => {
  const { code, out, err } = cli(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^[^\n]+\nSee node \S+dist\/cli\.js(?: render)? --help\n$/);
});

test.each(['deploy', 'undeploy'])('%s warns of secrets that others can read also where it can not begin', (command) => {
  const file = workshop.configuration({ ...smallestConfiguration(), apiKey: 'written-out' });
  chmodSync(file, 0o644);
  const warning = expect.stringMatching(/^Others on this machine can read config.json, which contains secrets \(apiKey\)/) as string;
  const { out, err } = cli(command, '--config', 'config.json', '--json');
  expect(err).toBe('');
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'configuration_invalid' }, warnings: [warning] });
  expect(cli(command, '--config', 'config.json').err).toMatch(/^Warning: Others on this machine can read config.json/);
});

test('deploy warns also where its surroundings are not as they should be', () => {
  // Nobody can tell where Endpoints answer.
  const config = { ...smallestConfiguration(), projectId: 'p1', apiUrl: 'http://127.0.0.1:9', apiKey: 'written-out' };
  Reflect.deleteProperty(config, 'storeUrl');
  chmodSync(workshop.configuration(config), 0o644);
  const { out } = cli('deploy', '--config', 'config.json', '--json');
  expect(JSON.parse(out)).toMatchObject({ error: { code: 'endpoint_base_unknown' }, warnings: [expect.stringContaining('apiKey') as string] });
});

test.each([['render', 'function'], ['status'], ['undeploy']])('%s warns of secrets that others can read', (...command) => {
  const file = workshop.configuration({ ...smallestConfiguration(), apiKey: 'written-out', apiUrl: 'http://127.0.0.1:9', storeUrl: 'http://127.0.0.1:9', projectId: '' });
  chmodSync(file, 0o644);
  expect(cli(...command, '--config', 'config.json').err).toMatch(/^Warning: Others on this machine can read config.json, which contains secrets \(apiKey\)/);
  chmodSync(file, 0o600);
  expect(cli(...command, '--config', 'config.json').err).not.toContain('Others on this machine');
});
