import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Transport } from '../../src/http';
import { DIST } from '../support/artifact-platform';
import { describeTransport } from '../support/axios-transport-suite';
import { runProgram } from '../support/child-program';
import { describeTransportOverTls, describeTransportWithProxy } from '../support/transport-proxy-suite';

const ROOT = join(__dirname, '../..');
const FILE = join(DIST, 'extension/build/axios-transport.js');

const { axiosTransport } = jest.requireActual<{ axiosTransport: Transport }>(FILE);

describe('the built HTTP client', () => describeTransport(axiosTransport));

describe('the built HTTP client and its surroundings', () => describeTransportWithProxy(axiosTransport));

describe('the built HTTP client over TLS', () => describeTransportOverTls(() => FILE));

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
    const names = ['axios-transport', 'keep-stored-token', 'module', 'redis'];
    expect(await build(ROOT)).toEqual({ files: names.map((name) => `build/${name}.js`) });
  });

  test('fails when what is to be left out is not found any more', async () => {
    write('src/module.ts', `export { default } from 'follow-redirects';`);
    write('node_modules/follow-redirects/index.js', 'module.exports = {};');
    const outcome = await build();
    expect(outcome).toMatchObject({ error: expect.stringContaining('lean.mjs') as unknown });
    const { error } = outcome as { error: string };
    const missing = error.split(': ').pop()?.split(/, |\.$/);
    expect(missing).toEqual(expect.arrayContaining(['axios/lib/adapters/fetch.js', 'zlib', 'axios/lib/utils.js']));
    // This one is there.
    expect(missing).not.toContain('follow-redirects/index.js');
  });

  test.each([
    ['is gone', 'export const one = 1;'],
    ['is there twice', 'const G = getGlobal();\nconst G = getGlobal();'],
  ])('fails when the code that is changed %s', async (_, text) => {
    write('src/module.ts', `export * from 'axios/lib/utils.js';`);
    write('node_modules/axios/lib/utils.js', text);
    const error = expect.stringContaining('does not have "const G = getGlobal();" once') as unknown;
    expect(await build()).toMatchObject({ error });
  });
});
