import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';

import { describeWhere } from '../support/describe-where';
import { configOf, ENVIRONMENT, smallestConfiguration, Workshop } from './support';

let workshop: Workshop;
beforeEach(() => {
  workshop = new Workshop();
});
afterEach(() => {
  workshop.remove();
});

const WITHOUT_SECRET = without(ENVIRONMENT, 'ENDPOINT_SECRET');

function without(env: Record<string, string>, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));
}

function write(name: string, text: string, mode = 0o600): string {
  writeFileSync(workshop.path(name), text);
  chmodSync(workshop.path(name), mode);
  return workshop.path(name);
}

/** Renders the transformer, which needs the Endpoint secret and nothing else. */
async function secretIn(env: Record<string, string> = WITHOUT_SECRET, ...options: string[]): Promise<unknown> {
  const { code, out, err } = await workshop.run(['render', 'transformer-rest', '--config', workshop.path('config.json'), ...options], env);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return configOf(out)['endpointSecret'];
}

async function failure(...options: string[]) {
  const { code, out, err } = await workshop.run(['render', 'transformer-rest', '--config', workshop.path('config.json'), ...options], WITHOUT_SECRET);
  expect(out).toBe('');
  return { code, err };
}

describe('secrets come', () => {
  beforeEach(() => {
    workshop.configuration(smallestConfiguration());
  });

  test('from the env file of the configuration, before .env', async () => {
    write('.env', 'ENDPOINT_SECRET=canary-general-secret-0\n');
    expect(await secretIn()).toBe('canary-general-secret-0');
    write('config.env', "OTHER=1\nENDPOINT_SECRET='canary-own-secret-0'\n");
    expect(await secretIn()).toBe('canary-own-secret-0');
  });

  test('from both files together', async () => {
    write('.env', 'ENDPOINT_SECRET=canary-general-secret-0\n');
    write('config.env', 'CLIENT_SECRET=canary-own-secret-0\n');
    expect(await secretIn()).toBe('canary-general-secret-0');
  });

  test('from the environment before any file', async () => {
    write('config.env', 'ENDPOINT_SECRET=canary-own-secret-0\n');
    expect(await secretIn({ ENDPOINT_SECRET: 'canary-outside-secret-0' })).toBe('canary-outside-secret-0');
  });

  test('from the file of --env-file in place of those beside the configuration', async () => {
    write('config.env', 'ENDPOINT_SECRET=canary-own-secret-0\n');
    const other = write('other.env', '\uFEFFENDPOINT_SECRET=canary-other-secret-0\n');
    expect(await secretIn(WITHOUT_SECRET, '--env-file', other)).toBe('canary-other-secret-0');
    expect(await secretIn(WITHOUT_SECRET, `--env-file=${other}`)).toBe('canary-other-secret-0');
    const empty = write('empty.env', '');
    expect((await failure('--env-file', empty)).err).toContain('ENDPOINT_SECRET is not set');
  });

  test('through links to configuration and env file', async () => {
    mkdirSync(workshop.path('elsewhere'));
    write('elsewhere/secrets', 'ENDPOINT_SECRET=canary-linked-secret-0\n');
    symlinkSync(workshop.path('elsewhere/secrets'), workshop.path('config.env'));
    expect(await secretIn()).toBe('canary-linked-secret-0');
  });

  test('not from a folder named .env, in which Python keeps an environment', async () => {
    mkdirSync(workshop.path('.env'));
    expect((await failure()).err).toContain('ENDPOINT_SECRET is not set');
  });
});

describe('where a variable is not set, the error says where it was looked for', () => {
  beforeEach(() => {
    workshop.configuration(smallestConfiguration());
  });

  test('with files', async () => {
    const [own, general] = [write('config.env', ''), write('.env', '')];
    expect(await failure()).toEqual({
      code: 2,
      err: `One problem in ${workshop.path('config.json')}:
  endpointSecret: the environment variable ENDPOINT_SECRET is not set
Variables are looked for in the environment, and in ${own} and ${general}.
`,
    });
  });

  test('without one', async () => {
    expect((await failure()).err).toMatch(/Variables are looked for in the environment\. There is no env file beside .*config\.json: --env-file names another one\.\n$/);
  });

  test('and says nothing of files where something else is wrong', async () => {
    workshop.configuration({ endpointSecret: '' });
    expect((await failure()).err).not.toContain('looked for');
  });
});

describe('what can not be read is told with what to do', () => {
  test('an env file that is not there', async () => {
    workshop.configuration(smallestConfiguration());
    const { code, err } = await failure('--env-file', '/nowhere/x.env');
    expect({ code, err: err.split('\n') }).toEqual({ code: 2, err: ['There is no /nowhere/x.env.', expect.stringContaining('Correct --env-file') as string, ''] });
  });

  test('a folder in place of an env file', async () => {
    workshop.configuration(smallestConfiguration());
    mkdirSync(workshop.path('config.env'));
    expect(await failure()).toEqual({ code: 2, err: expect.stringMatching(/^The env file .*config\.env can't be read: it is a folder\.\nMake/) as string });
    const { err } = await failure('--env-file', workshop.folder);
    expect(err).toContain(`The env file ${workshop.folder} can't be read: it is a folder.`);
  });

  test('a folder in place of the configuration', async () => {
    mkdirSync(workshop.path('config.json'));
    expect(await failure()).toEqual({ code: 2, err: expect.stringMatching(/^The configuration .*config\.json can't be read: it is a folder\.\nPut/) as string });
  });

  test('a configuration that is a link to nothing', async () => {
    symlinkSync(workshop.path('gone.json'), workshop.path('config.json'));
    expect(await failure()).toEqual({ code: 2, err: expect.stringMatching(/^The configuration .*config\.json is a link to a file that is not there\.\nPut/) as string });
  });

  test.each(['deploy', 'undeploy', 'status'])('%s --json tells of it in its document', async (command) => {
    const { code, out, err } = await workshop.run([command, '--json', '--config', workshop.path('config.json')]);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const document = JSON.parse(out) as { error?: object; findings?: object[] };
    expect(document.error ?? document.findings?.[0]).toMatchObject({
      code: 'configuration_missing',
      remedy: 'Make one with access-token init, or name yours with --config FILE.',
    });
  });
});

const PERMISSIONS = { isThere: process.platform !== 'win32', howToInstall: 'Windows has no such permissions.', isInstallable: false };

describeWhere(PERMISSIONS, 'an env file that others can read', () => {
  test('gets a warning once, if the configuration names one of its variables', async () => {
    workshop.configuration(smallestConfiguration());
    const file = write('config.env', 'ENDPOINT_SECRET=canary-own-secret-0\n', 0o644);
    write('.env', 'UNRELATED=1\n', 0o644);
    const { code, err } = await workshop.run(['render', 'transformer-rest', '--config', workshop.path('config.json')], {});
    expect({ code, err }).toEqual({ code: 0, err: `Warning: Others on this machine can read ${file}, which contains secrets. Run: chmod 600 ${file}\n` });
  });

  test('gets it for the API key of the vendor as well, and in the document of --json', async () => {
    workshop.configuration(smallestConfiguration());
    const file = write('.env', 'CAI_APIKEY=canary-vendor\n', 0o644);
    const { out, err } = await workshop.run(['deploy', '--json', '--config', workshop.path('config.json')], {});
    expect(err).toBe('');
    expect(JSON.parse(out)).toMatchObject({ ok: false, warnings: [`Others on this machine can read ${file}, which contains secrets. Run: chmod 600 ${file}`] });
    expect(out).not.toContain('canary');
  });
});

describe("the variables of the vendor's command line", () => {
  const VENDOR = { ...ENVIRONMENT, CAI_BASEURL: 'https://api-vendor.example/', CAI_APIKEY: 'canary-vendor-${NAME}' };

  function configuration(changes: Record<string, unknown>): string {
    const config: Record<string, unknown> = { ...smallestConfiguration(), ...changes };
    for (const key of Object.keys(config)) if (config[key] === undefined) Reflect.deleteProperty(config, key);
    return workshop.configuration(config);
  }

  async function rendered(env: Record<string, string>): Promise<Record<string, unknown>> {
    const { code, out, err } = await workshop.run(['render', 'function', '--config', workshop.path('config.json')], env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return configOf(out);
  }

  test('count where the configuration says nothing, as they are', async () => {
    configuration({ apiUrl: undefined, apiKey: undefined });
    expect(await rendered(VENDOR)).toMatchObject({ apiUrl: 'https://api-vendor.example', apiKey: VENDOR.CAI_APIKEY });
  });

  test('do not count where it says something', async () => {
    configuration({});
    expect(await rendered(VENDOR)).toMatchObject({ apiUrl: 'https://api.example.com', apiKey: ENVIRONMENT.API_KEY });
  });

  test('count where it names the same installation, or they name none', async () => {
    configuration({ apiUrl: 'https://API-vendor.example', apiKey: undefined });
    expect(await rendered(VENDOR)).toMatchObject({ apiKey: VENDOR.CAI_APIKEY });
    expect(await rendered(without(VENDOR, 'CAI_BASEURL'))).toMatchObject({ apiKey: VENDOR.CAI_APIKEY });
  });

  test('send no API key to another installation', async () => {
    configuration({ apiKey: undefined });
    const { code, err } = await workshop.run(['render', 'function', '--config', workshop.path('config.json')], VENDOR);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('apiKey: is missing') as string });
    expect(err).not.toContain('canary');
  });

  test('may stand in an env file, and an empty one is none', async () => {
    configuration({ apiUrl: undefined, apiKey: undefined });
    write('.env', 'CAI_BASEURL=https://api-vendor.example\nCAI_APIKEY=canary-vendor\n');
    expect(await rendered(ENVIRONMENT)).toMatchObject({ apiKey: 'canary-vendor' });
    const { err } = await workshop.run(['render', 'function', '--config', workshop.path('config.json')], { ...VENDOR, CAI_APIKEY: '' });
    expect(err).toContain('apiKey: is missing');
  });

  test('name the project too', async () => {
    configuration({ projectId: undefined, storeUrl: undefined });
    const deploy = async (env: Record<string, string>) =>
      JSON.parse((await workshop.run(['deploy', '--json', '--config', workshop.path('config.json')], env)).out) as { error: { message: string } };
    const vendor = without(VENDOR, 'CAI_BASEURL');
    expect((await deploy(vendor)).error.message).toContain('projectId: is missing');
    expect((await deploy({ ...vendor, CAI_AGENT: '64b7f0c2a1b2c3d4e5f60718' })).error.message).not.toContain('projectId');
    expect((await deploy({ ...vendor, CAI_AGENT: 'no id' })).error.message).toContain('projectId: must be the id of the project');
  });
});
