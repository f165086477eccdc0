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

describe('the HTTP client of the nodes over TLS', () => {
  /** The source with all it loads, for processes that can't load TypeScript. */
  const file = () => join(folder, 'node-transport.cjs');

  beforeAll(() => {
    buildSync({ entryPoints: [join(SOURCES, 'node-transport.ts')], bundle: true, platform: 'node', outfile: file() });
  });

  describeTransportOverTls(file, 'nodeTransport');
});
