import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { runProgram } from '../support/child-program';
import { LoopbackServer } from '../support/loopback-server';

const ROOT = join(__dirname, '../..');
const MOST_FILES = 2;
const GUIDE = readFileSync(join(ROOT, 'docs/contributing.md'), 'utf8');
const SUBJECT_TOKEN = 'canary-subject-token-51bd';
const STORE_PASSWORD = 'canary-store-password-4c1e';

interface Addition {
  /** Takes the place of `<name>` in the guide. */
  name: string;
  add: (copy: SourceCopy) => void;
}

/** What `docs/contributing.md` says how to add, by its headings; an example of each is in `additions/`. */
const ADDITIONS: Record<string, Addition> = {
  'A grant': {
    name: 'token-exchange',
    add: (copy) => {
      copy.write('src/oauth/grants/token-exchange.ts', example('grant'));
      copy.register('src/oauth/grants/index.ts', "import { tokenExchange } from './token-exchange';", {
        'const GRANTS: readonly GrantType[] = [': 'tokenExchange, ',
      });
    },
  },
  'A client authentication': {
    name: 'client-secret-headers',
    add: (copy) => {
      copy.write('src/oauth/client-authentication/client-secret-headers.ts', example('client-authentication'));
      copy.register('src/oauth/client-authentication/index.ts', "import { clientSecretHeaders } from './client-secret-headers';", {
        'const WITH_SECRET = [': 'clientSecretHeaders, ',
      });
    },
  },
  'A store': {
    name: 'service',
    add: (copy) => {
      copy.write('src/settings/stores/service.ts', example('store'));
      copy.register('src/settings/stores/index.ts', "import { SERVICE_CHOICE, serviceStore } from './service';", {
        'export const STORE_CHOICES = {': 'service: SERVICE_CHOICE,',
        'export const SHARED_STORES: Readonly<Record<StoreName, SharedStore>> = {': 'service: serviceStore,',
      });
    },
  },
  'A node': {
    name: 'check-token',
    add: (copy) => {
      copy.write('src/nodes/check-token.ts', example('node'));
      copy.register('src/nodes/index.ts', "import { checkToken } from './check-token';", {
        'export const nodes = [': '...checkToken, ',
      });
    },
  },
  'A node field': {
    name: 'node-config',
    add: (copy) => {
      copy.edit('src/settings/node-fields.ts', { 'export const NODE_FIELDS = {': example('field') });
      copy.edit('src/nodes/node-config.ts', {
        '...readSettings(config, WANTED_TOKEN),': " tokenName: `${readSettings(config, WANTED_TOKEN).tokenName} of ${String(config.tenant)}`,",
      });
    },
  },
};

/** What runs on Cognigy, in a folder of its own. */
class SourceCopy {
  constructor(readonly folder: string) {
    for (const path of ['src', 'tsconfig.json']) cpSync(join(ROOT, path), join(folder, path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  }

  /** Every file with its text. */
  files(): Map<string, string> {
    const entries = readdirSync(join(this.folder, 'src'), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
    return new Map(paths.map((path) => [path.slice(this.folder.length + 1), readFileSync(path, 'utf8')]));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Puts texts behind others that are there once. */
  edit(path: string, additions: Record<string, string>): void {
    let text = readFileSync(join(this.folder, path), 'utf8');
    for (const [place, added] of Object.entries(additions)) {
      const parts = text.split(place);
      if (parts.length !== 2) throw new Error(`"${place}" is not in ${path} once: the recipe is another one by now.`);
      text = parts.join(place + added);
    }
    this.write(path, text);
  }

  /** Adds an import, and lines to lists. */
  register(path: string, importLine: string, additions: Record<string, string>): void {
    this.edit(path, additions);
    this.write(path, `${importLine}\n${readFileSync(join(this.folder, path), 'utf8')}`);
  }
}

function example(name: string): string {
  return readFileSync(join(__dirname, 'additions', `${name}.ts.txt`), 'utf8');
}

/** The files that the guide names for an addition. */
function filesInGuide(title: string, name: string): string[] {
  const section = GUIDE.split(/^### /m).find((text) => text.startsWith(`${title}\n`)) ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, path = '']) => path.replace('<name>', name));
}

interface Described {
  nodes: { type: string; fields?: { key: string; params?: Record<string, unknown>; condition?: unknown }[] }[];
  connections: { type: string }[];
}

/** What the example of a store sends. */
interface StoreRequest {
  load?: string;
  save?: string;
  changes?: object;
  ifRevision?: unknown;
}

let copy: SourceCopy;
let server: LoopbackServer;
const changed: Record<string, string[]> = {};

beforeAll(async () => {
  copy = new SourceCopy(mkdtempSync(join(tmpdir(), 'access-token-additions-')));
  for (const [title, { add }] of Object.entries(ADDITIONS)) {
    const before = copy.files();
    add(copy);
    changed[title] = [...copy.files()].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  }
  server = await LoopbackServer.start();
});

afterAll(async () => {
  await server.stop();
  rmSync(copy.folder, { recursive: true, force: true });
});

test.each(Object.entries(ADDITIONS))('%s takes the files that the guide names, and no more', (title, { name }) => {
  const files = changed[title] ?? [];
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);
  expect(files.sort()).toEqual(filesInGuide(title, name).sort());
});

test('with all of them the types are right', () => {
  const project = { extends: './tsconfig.json', compilerOptions: { types: ['node'] }, include: ['src'] };
  copy.write('tsconfig.additions.json', JSON.stringify(project));
  const program = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [program, '-p', 'tsconfig.additions.json'], { cwd: copy.folder, encoding: 'utf8' });
  expect([stdout, status]).toEqual(['', 0]);
});

describe('the extension that is built with all of them', () => {
  const built = () => join(copy.folder, 'built');
  let described: Described;

  beforeAll(async () => {
    const args = [copy.folder, built()];
    const { files } = await runProgram<{ files: string[] }>({ file: join(__dirname, 'support/bundle.mjs'), args });
    expect(files).toContain('build/module.js');
    described = await runProgram({ file: join(__dirname, 'support/describe.cjs'), args: [join(built(), 'build/module.js')] });
  });

  const fieldOf = (node: string, key: string) =>
    described.nodes.find(({ type }) => type === node)?.fields?.find((field) => field.key === key);

  test('has the node, its branches and its field', () => {
    const types = described.nodes.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['checkToken', 'checkTokenOnSuccess', 'checkTokenOnError']));
    expect(fieldOf('checkToken', 'reason')).toBeDefined();
    expect(fieldOf('getAccessToken', 'reason')).toBeUndefined();
  });

  test.each(['getAccessToken', 'refreshIfExpiring', 'checkToken'])('offers store and field in %s', (node) => {
    expect(fieldOf(node, 'tenant')).toBeDefined();
    expect(fieldOf(node, 'store')).toMatchObject({ params: { options: expect.arrayContaining([expect.objectContaining({ value: 'service' })]) as unknown } });
    expect(fieldOf(node, 'serviceConnection')).toMatchObject({
      params: { connectionType: 'accessTokenStoreService' },
      condition: { key: 'store', value: 'service' },
    });
    expect(described.connections.map(({ type }) => type)).toContain('accessTokenStoreService');
  });

  test('asks for a token with the grant and the authentication, and keeps it in the store under the name with the field', async () => {
    const entries: Record<string, { parts: object; revision: number }> = {};
    const operate = ({ load, save = '', changes, ifRevision }: StoreRequest) => {
      const key = load ?? save;
      const { parts, revision } = entries[key] ?? { parts: {}, revision: 0 };
      if (load !== undefined) return { parts, revision, now: Date.now() };
      const saved = ifRevision === revision;
      if (saved) entries[key] = { parts: { ...parts, ...changes }, revision: revision + 1 };
      return { saved };
    };
    server.answer = (response, { url, body, headers }) => {
      response.setHeader('content-type', 'application/json');
      const isStore = url === '/store' && headers.authorization === `Bearer ${STORE_PASSWORD}`;
      const answer = isStore
        ? operate(JSON.parse(body.toString()) as StoreRequest)
        : { access_token: 'a-token', issued_token_type: 'urn:ietf:params:oauth:token-type:jwt', token_type: 'N_A', expires_in: 3600 };
      response.end(JSON.stringify(answer));
    };
    const config = {
      connection: {
        tokenUrl: `${server.url}/token`,
        clientId: 'my-bot',
        clientSecret: 'canary-client-secret-8a2d',
        clientAuthentication: 'client_secret_headers',
        extraParameters: `subject_token=${SUBJECT_TOKEN}&resource=https://api.example.com`,
      },
      store: 'service',
      serviceConnection: { url: `${server.url}/store`, password: STORE_PASSWORD },
      tenant: 'acme',
    };
    const args = [join(built(), 'build/module.js'), JSON.stringify({ config })];
    const outcome = await runProgram({ file: join(__dirname, 'support/execution.cjs'), args });

    expect(outcome).toMatchObject({ branch: 'success', result: { authorization: 'Bearer a-token', source: 'token_endpoint' } });
    const [request, ...others] = server.requests.filter(({ url }) => url === '/token');
    expect(others).toEqual([]);
    expect(request?.headers).toMatchObject({ 'x-client-id': 'my-bot', 'x-client-secret': 'canary-client-secret-8a2d' });
    expect(Object.fromEntries(new URLSearchParams(request?.body.toString()))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: SUBJECT_TOKEN,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: 'https://api.example.com',
    });
    expect(JSON.stringify([outcome, entries])).not.toContain(SUBJECT_TOKEN);
    expect(entries).toEqual({ 'token:accessToken of acme': expect.anything() as unknown });
    expect(JSON.stringify(entries)).toContain('a-token');
  });
});
