import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import vm from 'node:vm';

import type { Transport } from '../../src/http';
import { ModuleLoader } from '../../tools/sandbox/extensions/module-loader';
import { extensionGlobals } from '../../tools/sandbox/extensions/vm-globals';
import { DIST } from '../support/artifact-platform';
import { describeTransportWithCertificates } from '../support/transport-certificates-suite';
import { describeTransport } from '../support/transport-suite';
import { runProgram } from '../support/child-program';
import { describeTransportOverTls, describeTransportWithProxy } from '../support/transport-proxy-suite';

const ROOT = join(__dirname, '../..');

describe('the built file node-transport', () => {
  const file = join(DIST, 'extension/build/node-transport.js');
  const transport = jest.requireActual<{ nodeTransport: Transport }>(file).nodeTransport;

  describe('at servers', () => describeTransport(transport));

  describe('and its surroundings', () => describeTransportWithProxy(transport));

  describe('and certificates', () => describeTransportWithCertificates(transport));

  describe('over TLS', () => describeTransportOverTls(() => file, 'nodeTransport'));

  it("loads in the platform's VM, without the globals that came from the browser", () => {
    const context = vm.createContext(extensionGlobals(() => undefined));
    expect(new ModuleLoader(context, dirname(dirname(file))).load(file)).toHaveProperty('nodeTransport');
  });
});

describe('the build of the extension', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'access-token-lean-'));
    write('src/node-globals.ts', 'export {};');
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }

  /** Bundles what is in a folder: the names of the files, or why that failed. */
  function build(folder = root): Promise<{ files: string[] } | { error: string }> {
    return runProgram({ file: join(__dirname, 'support/bundle.mjs'), args: [folder] });
  }

  test('finds all that is to be left out', async () => {
    const built = (await build(ROOT)) as { files: string[] };
    expect(built.files).toEqual(expect.arrayContaining(['build/module.js', 'build/redis.js']));
  });

  test('fails when what is to be left out is not found any more', async () => {
    write('src/module.ts', `export { default } from 'debug/src';`);
    write('node_modules/debug/src/index.js', 'module.exports = {};');
    const outcome = await build();
    expect(outcome).toMatchObject({ error: expect.stringContaining('lean.mjs') as unknown });
    const { error } = outcome as { error: string };
    const missing = error.split(': ').pop()?.split(/, |\.$/);
    expect(missing).toEqual(expect.arrayContaining(['ioredis/built/cluster/index.js', 'ioredis/built/constants/TLSProfiles.js']));
    // This one is there.
    expect(missing).not.toContain('debug/src/index.js');
  });
});
