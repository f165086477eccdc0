import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { describeTransportOverTls } from '../support/transport-proxy-suite';

const SOURCE = join(__dirname, '../../src/http/node-transport.ts');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-transport-'));
  buildSync({ entryPoints: [SOURCE], bundle: true, platform: 'node', outfile: file() });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The source with all it loads, for processes that can't load TypeScript. */
function file(): string {
  return join(folder, 'node-transport.cjs');
}

describe('the HTTP client of the nodes over TLS', () => describeTransportOverTls(file, 'nodeTransport'));
