import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Ajv from 'ajv';
import * as tar from 'tar';

import { keywords, name, version } from '../../package.json';

const ARCHIVE = join(__dirname, '../../dist/access-token.tar.gz');
const LARGEST_ARCHIVE_BYTES = 150 * 1024;

/** A part of a descriptor, as plain data. */
interface Descriptor {
  type: string;
  parentType?: string | null;
  dependencies?: { children: string[] };
  sections?: { key: string; fields: string[] }[];
  fields?: { key?: string; fieldName?: string; label?: unknown }[];
  hasFunction?: boolean;
}

interface Inspection {
  nodes: Descriptor[];
  connections: Descriptor[];
  modulesLoadedAtStart: string[];
}

/**
 * Runs in a child process, in a folder with an empty node_modules: what the package exports, with functions
 * replaced by a mark, and which of Node's modules it loads before it is used.
 */
const INSPECT = `
  const Module = require('node:module');
  const load = Module._load;
  const loaded = [];
  Module._load = function (request, ...rest) { loaded.push(request); return load.call(this, request, ...rest); };
  const { nodes, connections } = require(process.argv[2]).default;
  const plain = nodes.map((node) => ({ ...node, function: undefined, hasFunction: typeof node.function === 'function' }));
  console.log(JSON.stringify({ nodes: plain, connections, modulesLoadedAtStart: loaded.slice(1) }));
`;

let folder: string;
let inspection: Inspection;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-archive-'));
  tar.extract({ file: ARCHIVE, cwd: folder, sync: true });
  const elsewhere = mkdtempSync(join(folder, 'elsewhere-'));
  mkdirSync(join(folder, 'node_modules'));
  mkdirSync(join(elsewhere, 'node_modules'));
  writeFileSync(join(elsewhere, 'inspect.js'), INSPECT);
  const output = execFileSync(process.execPath, ['inspect.js', join(folder, 'build/module.js')], {
    cwd: elsewhere,
    env: {},
    encoding: 'utf8',
  });
  inspection = JSON.parse(output) as Inspection;
  rmSync(elsewhere, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
}

describe('the files', () => {
  test('are these and no others, in a fixed order and with fixed times and modes', () => {
    const entries: { path: string; size: number; [kind: string]: unknown }[] = [];
    tar.list({
      file: ARCHIVE,
      sync: true,
      onReadEntry: ({ path, mtime, mode, type, size }) => entries.push({ path, mtime, mode, type, size }),
    });
    const paths = [
      'LICENSE',
      'README.md',
      'build/THIRD-PARTY-NOTICES.txt',
      'build/assertion.js',
      'build/call-with-token.js',
      'build/connection-test.js',
      'build/custom-request.js',
      'build/editor.js',
      'build/execute-forget.js',
      'build/failure.js',
      'build/included-members.js',
      'build/keep-stored-token.js',
      'build/module.js',
      'build/node-transport.js',
      'build/proxy.js',
      'build/redis-topologies.js',
      'build/redis.js',
      'build/remedy.js',
      'build/signed-jwt.js',
      'build/with-certificates.js',
      'icon.png',
      'package-lock.json',
      'package.json',
    ];
    const code = entries.filter(({ path }) => path.endsWith('.js'));
    expect(code.map(({ size }) => size)).toEqual(code.map(({ size }) => size).sort((one, other) => other - one));
    expect(entries.map(({ size: _, ...entry }) => entry).sort((one, other) => (one.path < other.path ? -1 : 1))).toEqual(
      paths.map((path) => ({ path, mtime: new Date('2000-01-01T00:00:00Z'), mode: 0o644, type: 'File' })),
    );
  });

  test('the README in it points to nothing that is not in it', () => {
    const readme = readFileSync(join(folder, 'README.md'), 'utf8');
    const targets = [...readme.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !/^(https?:|#)/.test(target))).toEqual([]);
    expect(readme).not.toMatch(/!\[|\[\]|<img/);
    expect(readme).toContain('## Five steps to an answer');
  });

  test('make a small archive', () => {
    expect(statSync(ARCHIVE).size).toBeLessThanOrEqual(LARGEST_ARCHIVE_BYTES);
  });

  test('package.json names the package without a scope, its entry, and no dependencies', () => {
    const manifest = readJson('package.json');
    expect(Object.keys(manifest)).toEqual(['name', 'version', 'description', 'keywords', 'license', 'author', 'main']);
    expect(manifest).toMatchObject({ name, version, keywords, main: 'build/module.js' });
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  test('package-lock.json agrees and locks nothing', () => {
    expect(readJson('package-lock.json')).toEqual({
      name,
      version,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name, version, license: 'MIT' } },
    });
  });

  test('icon.png is a PNG of 64 x 64 pixels', () => {
    const icon = readFileSync(join(folder, 'icon.png'));
    expect(icon.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'));
    expect([icon.readUInt32BE(16), icon.readUInt32BE(20)]).toEqual([64, 64]);
  });

  test('the licences of what is bundled are included, and no others', () => {
    const notices = readFileSync(join(folder, 'build/THIRD-PARTY-NOTICES.txt'), 'utf8');
    const noticed = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+ \(.+\)$/gm)].map(([, bundled]) => bundled);
    expect(noticed).toEqual(expect.arrayContaining(['ioredis', 'redis-parser']));
    // A stand-in took the place of all that is used of these.
    for (const left of ['axios', 'debug']) expect(noticed).not.toContain(left);
  });
});

describe('the package, loaded with an empty node_modules', () => {
  test('has the nodes and their branches', () => {
    const branches = Object.fromEntries(inspection.nodes.map(({ type, dependencies }) => [type, dependencies?.children]));
    expect(branches).toMatchObject({
      getAccessToken: ['getAccessTokenOnSuccess', 'getAccessTokenOnError'],
      refreshIfExpiring: ['refreshIfExpiringOnRefreshed', 'refreshIfExpiringOnStillValid', 'refreshIfExpiringOnError'],
      authorizedRequest: ['authorizedRequestOnSuccess', 'authorizedRequestOnError'],
    });
    const parents = Object.fromEntries(inspection.nodes.map(({ type, parentType }) => [type, parentType]));
    for (const [parent, children] of Object.entries(branches)) {
      for (const child of children ?? []) expect(parents).toHaveProperty(child, parent);
    }
    expect(inspection.nodes).toHaveLength(11);
    expect(inspection.nodes.filter(({ hasFunction }) => hasFunction).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['getAccessToken', 'refreshIfExpiring', 'authorizedRequest', 'forgetToken']),
    );
  });

  test('has the connection types, each within the ten fields the platform allows', () => {
    const fields = Object.fromEntries(
      inspection.connections.map((connection) => [connection.type, connection.fields?.map(({ fieldName }) => fieldName)]),
    );
    expect(fields).toMatchObject({
      oauth2ClientCredentials: expect.arrayContaining(['tokenUrl', 'clientId', 'clientSecret']) as unknown,
      accessTokenStore: expect.arrayContaining(['url', 'endpointSecret']) as unknown,
    });
    for (const names of Object.values(fields)) expect(names?.length).toBeLessThanOrEqual(10);
  });

  test('does not load the HTTP client before it is used', () => {
    const modules = inspection.modulesLoadedAtStart.map((module) => module.replace('node:', ''));
    for (const module of ['http', 'https', 'http2', 'zlib', 'net', 'tls']) expect(modules).not.toContain(module);
  });
});

describe("the vendor's schema", () => {
  // Formats of the vendor's own; these are what its documentation and examples allow.
  const formats = {
    'resource-name': /^[^<>]{1,200}$/,
    'package-name': /^[a-z0-9][a-z0-9._-]*$/,
    'mongo-id': /^[0-9a-f]{24}$/,
    color: /^(#[0-9a-f]{3,8}|[a-z]+|rgba?\([^)]*\)|var\(--[\w-]+\))$/i,
    'snippet-label': /^[^<>]{1,200}$/,
    'snippet-script': /^[^]{1,1000}$/,
    'snippet-type': /^[a-z]+$/i,
  };

  // The client's package has no type declarations for these.
  const schemas = '@cognigy/rest-api-client/build/shared/interfaces/resources';
  const { extensionNodePackageDataSchema } = jest.requireActual<Record<string, object>>(`${schemas}/IExtension`);
  const { nodeFieldConditionSchema = {} } = jest.requireActual<Record<string, object>>(`${schemas}/INodeDescriptorSet`);

  const validate = new Ajv({ strict: false, formats, logger: false })
    .addSchema(nodeFieldConditionSchema)
    .compile(withoutRepeatedIds(extensionNodePackageDataSchema) as object);

  /** The vendor's schema repeats the one with an id wherever it is used, which JSON Schema does not allow. */
  function withoutRepeatedIds(schema: unknown): unknown {
    const text = JSON.stringify(schema, (_, part: unknown) =>
      typeof part === 'object' && part !== null && '$id' in part ? { $ref: part.$id } : part,
    );
    return JSON.parse(text);
  }

  function problemsOf(extension: unknown): string[] {
    return validate(extension) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ''}`);
  }

  /** The package as data, changed. */
  function changed(change: (extension: Pick<Inspection, 'nodes' | 'connections'>) => void): unknown {
    const { nodes, connections } = structuredClone(inspection);
    const extension = { nodes: nodes.map(({ hasFunction: _, ...node }) => node), connections };
    change(extension);
    return extension;
  }

  test('accepts the package', () => {
    expect(problemsOf(changed(() => undefined))).toEqual([]);
  });

  test.each<[string, (extension: Pick<Inspection, 'nodes' | 'connections'>) => void]>([
    ['an unknown property of a node', ({ nodes }) => Object.assign(nodes[0] ?? {}, { colour: 'red' })],
    ['a label of 201 characters', ({ nodes }) => Object.assign(nodes[0] ?? {}, { defaultLabel: 'x'.repeat(201) })],
    [
      'a section with 36 fields',
      ({ nodes }) => {
        const fields = Array.from({ length: 36 }, (_, index) => `field${index}`);
        Object.assign(nodes[0] ?? {}, { sections: [{ key: 'many', label: 'Many', fields }] });
      },
    ],
    ['a field of an unknown type', ({ nodes }) => Object.assign(nodes[0]?.fields?.[0] ?? {}, { type: 'secret' })],
    ['a connection without fields', ({ connections }) => Reflect.deleteProperty(connections[0] ?? {}, 'fields')],
    [
      'an unknown property of a connection field',
      ({ connections }) => Object.assign(connections[0]?.fields?.[0] ?? {}, { secret: true }),
    ],
  ])('rejects %s', (_, change) => {
    expect(problemsOf(changed(() => undefined))).toEqual([]);
    expect(problemsOf(changed(change))).not.toEqual([]);
  });
});
