import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import Ajv from 'ajv';
import * as tar from 'tar';

import { description, keywords, version } from '../../package.json';
import { startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../tools/sandbox';
import { DIST } from '../support/artifact-platform';
import { until } from '../support/until';
import { copySources, release, REPOSITORY, ROOT, runIn, succeed } from './support/release';
import type { Ran } from './support/release';

const PACKAGE = `access-token-cli-${version}.tgz`;
const ARCHIVE = 'access-token.tar.gz';
const BILLS = { 'access-token': ARCHIVE, 'access-token-cli': PACKAGE };
const COMMANDS = ['init', 'authorize', 'deploy', 'status', 'undeploy', 'render', 'demo'];

let folder: string;
/** What `./build.sh release` writes. */
let released: string;
/** An empty folder in which the package was installed, with what it needs from the registry. */
let project: string;
let demo: Promise<Ran>;
/** A release of the same sources, built anew in another folder. */
let again: Promise<string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-release-test-'));
  released = join(folder, 'release');
  project = join(folder, 'project');
  mkdirSync(project);
  await release(ROOT, released);
  await succeed(project, 'npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', join(released, PACKAGE)]);
  demo = installed('demo', '--once', '--seconds', '5', '--verbose');
  again = buildElsewhere();
  // A failure is the matter of its own test.
  again.catch(() => undefined);
});

afterAll(async () => {
  await Promise.allSettled([demo, again]);
  rmSync(folder, { recursive: true, force: true });
});

async function buildElsewhere(): Promise<string> {
  const clone = join(folder, 'another folder/sources');
  copySources(clone);
  const another = { TZ: 'Pacific/Auckland', LC_ALL: 'C', NODE_OPTIONS: '' };
  await succeed(clone, 'sh', ['-c', 'umask 077 && node tools/build/build.mjs --quiet'], another);
  await release(clone, join(folder, 'again'), another);
  return join(folder, 'again');
}

/** Runs the installed program, as npm has linked it. */
function installed(...args: string[]): Promise<Ran> {
  return runIn(project, join(project, 'node_modules/.bin/access-token'), args, SECRETS);
}

const SECRETS = { CLIENT_SECRET: 'canary-client-secret-3e7f', ENDPOINT_SECRET: 'canary-endpoint-secret-0b86', COGNIGY_API_KEY: 'canary-api-key-62d5' };

const text = (name: string): string => readFileSync(join(released, name), 'utf8');
const json = (name: string): unknown => JSON.parse(text(name));
const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

/** The files of a packed artifact, by their paths. */
function unpacked(name: string): Record<string, Buffer> {
  const files: Record<string, Buffer> = {};
  tar.list({
    file: join(released, name),
    sync: true,
    onReadEntry: (entry) => {
      const parts: Buffer[] = [];
      entry.on('data', (part) => parts.push(part));
      entry.on('end', () => (files[entry.path] = Buffer.concat(parts)));
    },
  });
  return files;
}

describe('the files', () => {
  test('are these, and their sums are right', async () => {
    const names = [PACKAGE, ARCHIVE, 'access-token-cli.cdx.json', 'access-token.cdx.json', 'THIRD-PARTY-NOTICES.txt', 'marketplace.json'].sort();
    expect(readdirSync(released).sort()).toEqual([...names, 'SHA256SUMS'].sort());
    const { out } = await succeed(released, 'sha256sum', ['--check', '--strict', 'SHA256SUMS']);
    expect(out.trim().split('\n').sort()).toEqual(names.map((name) => `${name}: OK`));
    expect(readFileSync(join(released, ARCHIVE))).toEqual(readFileSync(join(DIST, ARCHIVE)));
  });

  test('are the same, byte for byte, from another folder', async () => {
    expect(readFileSync(join(await again, 'SHA256SUMS'), 'utf8')).toBe(text('SHA256SUMS'));
  });

  test('say nothing of the machine that made them', () => {
    const contents = readdirSync(released).flatMap((name) => {
      if (!name.endsWith('gz')) return [readFileSync(join(released, name))];
      const files = unpacked(name);
      const inner = Object.entries(files).flatMap(([path, content]) => (path.endsWith('.tar.gz') ? [gunzipSync(content)] : []));
      return [...Object.values(files), ...inner];
    });
    expect(contents.length).toBeGreaterThan(30);
    for (const told of [ROOT, folder, ...(homedir().length > 5 ? [homedir()] : [])]) {
      expect(contents.filter((content) => content.includes(told))).toEqual([]);
    }
  });

  test('make a small package, in which only the program may be run', () => {
    const entries: { path: string; mode: number | undefined }[] = [];
    tar.list({ file: join(released, PACKAGE), sync: true, onReadEntry: ({ path, mode }) => entries.push({ path, mode }) });
    expect(entries.filter(({ mode }) => mode !== 0o644)).toEqual([{ path: 'package/cli.js', mode: 0o755 }]);
    expect(statSync(join(released, PACKAGE)).size).toBeLessThan(2_500_000);
  });
});

interface Bill {
  serialNumber: string;
  metadata: { timestamp: string; component: { name: string; version: string; hashes: { alg: string; content: string }[] } };
  components: { name: string; version: string; scope: string; hashes?: { alg: string }[]; licenses?: unknown[]; purl: string }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

describe.each(Object.entries(BILLS))('the bill of materials of %s', (name, artifact) => {
  const bill = (): Bill => json(`${name}.cdx.json`) as Bill;

  test('is one by the schema of CycloneDX 1.5', () => {
    const schema = (file: string): object =>
      JSON.parse(readFileSync(join(ROOT, 'node_modules/@cyclonedx/cyclonedx-library/res/schema', file), 'utf8')) as object;
    const ajv = new Ajv({ strict: false, logger: false, formats: { uri: true, 'iri-reference': true, 'idn-email': true, 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/ } });
    // It refers to the others by the names of their files.
    for (const file of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
      ajv.addSchema({ ...schema(file), $id: `http://cyclonedx.org/schema/${file}` });
    }
    const validate = ajv.compile(schema('bom-1.5.SNAPSHOT.schema.json'));
    expect({ isValid: validate(bill()), errors: validate.errors }).toEqual({ isValid: true, errors: null });
    for (const wrong of [{ serialNumber: 'any' }, { components: [{ type: 'library' }] }]) expect(validate({ ...bill(), ...wrong })).toBe(false);
  });

  test('is of that very file', () => {
    const { component } = bill().metadata;
    expect(component).toMatchObject({ name, version, hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(join(released, artifact))) }] });
  });

  test('lists the packages whose licences are in the artifact, with hash and licence, and no others but the optional ones', () => {
    const [notices] = Object.entries(unpacked(artifact)).flatMap(([path, content]) => (path.endsWith('THIRD-PARTY-NOTICES.txt') ? [content.toString()] : []));
    const noticed = [...(notices ?? '').matchAll(/(?:^|-{80}\n\n)(\S+) (\d+\.\d+\.\d+\S*) \(.+\)\n\n/g)].map(([, of, at]) => `${of ?? ''}@${at ?? ''}`);
    const { components, dependencies } = bill();
    const listed = (scope: string) => components.filter((component) => component.scope === scope).map(({ name: of, version: at }) => `${of}@${at}`);
    expect(listed('required').sort()).toEqual(noticed.sort());
    expect(noticed.length).toBeGreaterThan(5);
    expect(listed('optional').map((part) => part.replace(/@[^@]*$/, ''))).toEqual(artifact === PACKAGE ? ['@cognigy/rest-api-client', 'esbuild'] : []);
    for (const component of components) {
      expect(component).toMatchObject({ hashes: [{ alg: 'SHA-512' }], purl: expect.stringMatching(/^pkg:npm\//) as string });
      expect(component.licenses).toHaveLength(1);
    }
    // Each is reached from the artifact.
    const edges = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set([`${name}@${version}`]);
    for (const ref of reached) for (const next of edges.get(ref) ?? []) reached.add(next);
    expect(reached.size).toBe(components.length + 1);
  });
});

test('the notices hold the licence of each package that is in one of the artifacts', () => {
  const notices = text('THIRD-PARTY-NOTICES.txt');
  for (const name of Object.keys(BILLS)) {
    for (const part of (json(`${name}.cdx.json`) as Bill).components) {
      const isShipped = part.scope === 'required';
      expect({ part: part.name, isNoticed: notices.includes(`${part.name} ${part.version} (`) }).toEqual({ part: part.name, isNoticed: isShipped });
    }
  }
});

describe("the entry for the vendor's marketplace", () => {
  // The form: metadata/schema.json of https://github.com/Cognigy/Extensions, read at commit 3d24990 of 2026-03-04.
  const MEMBERS = { version: 10, name: 200, label: 200, downloadUrl: 500, infoUrl: 500, longDescription: 2000, description: 1000 };
  const NODE_MEMBERS = { type: 200, defaultLabel: 200, description: 1000 };
  const LONGEST_TAG = 200;

  interface Entry extends Record<keyof typeof MEMBERS, string> {
    tags: string[];
    icon: string;
    nodes: (Record<keyof typeof NODE_MEMBERS, string> & { tags: string[] })[];
  }
  let document: { version: string; extensions: Entry[] };
  let entry: Entry;
  beforeAll(() => {
    document = json('marketplace.json') as typeof document;
    [entry = {} as Entry] = document.extensions;
  });

  function expectTexts(holder: Record<string, unknown>, longest: Record<string, number>): void {
    for (const [member, limit] of Object.entries(longest)) {
      expect(holder[member]).toEqual(expect.stringMatching(/\S/));
      expect((holder[member] as string).length).toBeLessThanOrEqual(limit);
    }
    for (const tag of holder['tags'] as string[]) expect(tag.length).toBeLessThanOrEqual(LONGEST_TAG);
  }

  test('has all members, none besides, and none that is too long', () => {
    expect(document).toEqual({ version: '1.0', extensions: [entry] });
    expect(Object.keys(entry).sort()).toEqual([...Object.keys(MEMBERS), 'tags', 'icon', 'nodes'].sort());
    expectTexts({ ...entry }, MEMBERS);
    for (const node of entry.nodes) {
      expect(Object.keys(node).sort()).toEqual([...Object.keys(NODE_MEMBERS), 'tags'].sort());
      expectTexts({ ...node }, NODE_MEMBERS);
    }
  });

  test('agrees with the archive', () => {
    const archive = unpacked(ARCHIVE);
    const manifest = JSON.parse(String(archive['package.json'])) as Record<string, unknown>;
    expect(manifest).toMatchObject({ name: entry.name, version: entry.version, description: entry.description, keywords: entry.tags });
    expect(entry).toMatchObject({ label: 'Access Token', version, description, tags: keywords });
    // All 69 entries there have an icon of 64 x 64 pixels as a data URL.
    expect(entry.icon).toBe(`data:image/png;base64,${archive['icon.png']?.toString('base64') ?? ''}`);
    expect(entry.nodes.map(({ type, defaultLabel }) => [type, defaultLabel])).toEqual([
      ['getAccessToken', 'Get Access Token'],
      ['refreshIfExpiring', 'Refresh If Expiring'],
      ['authorizedRequest', 'Authorized Request'],
      ['forgetToken', 'Forget Token'],
    ]);
    // "Add a README.md to your module and describe all Nodes": README.md there, "Approval Process".
    for (const { defaultLabel } of entry.nodes) expect(String(archive['README.md'])).toContain(defaultLabel);
  });

  test('leads to the file of this version', () => {
    expect(entry.downloadUrl).toBe(`${REPOSITORY}/releases/download/v${version}/${ARCHIVE}`);
    expect(entry.infoUrl).toBe(`${REPOSITORY}#readme`);
  });
});

describe('the package', () => {
  let sandbox: Sandbox;
  let server: AuthorizationServer;
  beforeAll(async () => {
    [sandbox, server] = await Promise.all([
      startSandbox({ apiKey: SECRETS.COGNIGY_API_KEY, functionStartupDelayMs: 0, extensionHostPath: join(DIST, 'extension-host.js') }),
      startAuthorizationServer({ clientId: 'my-bot', clientSecret: SECRETS.CLIENT_SECRET, accessTokenLifetimeSeconds: 900 }),
    ]);
    const settings = {
      projectId: sandbox.projectId,
      apiUrl: sandbox.apiUrl,
      apiKey: '${COGNIGY_API_KEY}',
      endpointBaseUrl: sandbox.endpointUrl('').replace(/\/$/, ''),
      endpointSecret: '${ENDPOINT_SECRET}',
      allowInsecure: true,
      tokens: [{ tokenUrl: server.tokenUrl, clientId: 'my-bot', clientSecret: '${CLIENT_SECRET}' }],
    };
    writeFileSync(join(project, 'access-token.json'), JSON.stringify(settings), { mode: 0o600 });
  });
  afterAll(() => Promise.all([sandbox.close(), server.close()]));

  test('says its version, and explains each command by its own name', async () => {
    expect(await installed('--version')).toEqual({ code: 0, out: `${version}\n`, err: '' });
    const all = (await installed('--help')).out;
    for (const command of COMMANDS) {
      const { code, out, err } = await installed(command, '--help');
      expect({ command, code, err }).toEqual({ command, code: 0, err: '' });
      // The package is a dependency of the folder: npx finds it there.
      expect(out).toMatch(new RegExp(`^Usage: npx access-token ${command} `));
      expect(all).toContain(`\n  ${command} `);
      expect(out).not.toContain('dist/cli.js');
    }
  });

  describe('without a registry, and so without what only the demo needs,', () => {
    let elsewhere: string;
    let alone: Record<string, string>;
    beforeEach(() => {
      elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
      alone = { npm_config_offline: 'true', npm_config_omit: 'optional', npm_config_cache: join(elsewhere, 'cache') };
    });

    test('runs by npx', async () => {
      const { out } = await succeed(elsewhere, 'npx', ['--yes', `--package=${join(released, PACKAGE)}`, 'access-token', '--version'], alone);
      expect(out).toBe(`${version}\n`);
    });

    test('runs installed with npm install --global', async () => {
      await succeed(elsewhere, 'npm', ['install', '--global', '--prefix', 'prefix', join(released, PACKAGE)], alone);
      const program = join(elsewhere, 'prefix/bin/access-token');
      expect((await succeed(elsewhere, program, ['--version'])).out).toBe(`${version}\n`);
      const missing = expect.stringMatching(/needs the package esbuild.*--omit=optional/) as string;
      expect(await runIn(elsewhere, program, ['demo'])).toEqual({ code: 1, out: '', err: missing });
    });
  });

  test('renders what a checkout renders', async () => {
    for (const artifact of ['transformer-rest', 'transformer-webhook', 'transformer-socket', 'function']) {
      const config = join(folder, 'render.json');
      const settings = JSON.parse(readFileSync(join(project, 'access-token.json'), 'utf8')) as object;
      writeFileSync(config, JSON.stringify({ ...settings, functionId: 'f'.repeat(24), storeUrl: sandbox.endpointUrl('store') }), { mode: 0o600 });
      const { code, out, err } = await installed('render', artifact, '--config', config);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toBe((await runIn(project, process.execPath, [join(DIST, 'cli.js'), 'render', artifact, '--config', config], SECRETS)).out);
      expect(out).toContain(`Access Token ${version}:`);
    }
  });

  test('deploys its own archive to a platform, finds it healthy, and takes it away', async () => {
    const config = ['--config', 'access-token.json'];
    const deployed = await installed('deploy', ...config);
    expect(deployed).toMatchObject({ code: 0, err: '' });
    expect(deployed.out).toContain(`upload access-token ${version}`);
    let status = await installed('status', ...config);
    await until('the chain keeps a token', async () => {
      if (status.code !== 0) status = await installed('status', ...config);
      return status.code === 0;
    });
    expect(status.out).toContain('Healthy.');
    const removed = await installed('undeploy', '--yes', ...config);
    expect(removed).toMatchObject({ code: 0, err: '' });
    for (const { out } of [deployed, status, removed]) for (const secret of Object.values(SECRETS)) expect(out).not.toContain(secret);
  });

  test('plays the demo', async () => {
    const { code, out, err } = await demo;
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('$ access-token deploy --config ');
    expect(JSON.parse(out.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ failed: 0, expired_tokens_used: 0, secrets_leaked: 0, status: 'healthy' });
  });
});
