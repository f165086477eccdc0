import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { describeTransportOverTls } from '../support/transport-proxy-suite';

const SOURCES = join(__dirname, '../../src/http');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-transport-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  ['node-transport', 'nodeTransport'],
  ['axios-transport', 'axiosTransport'],
])('%s over TLS', (source, exportName) => {
  /** The source with all it loads, for processes that can't load TypeScript. */
  const file = () => join(folder, `${source}.cjs`);

  beforeAll(() => {
    buildSync({ entryPoints: [join(SOURCES, `${source}.ts`)], bundle: true, platform: 'node', outfile: file() });
  });

  describeTransportOverTls(file, exportName);
});
