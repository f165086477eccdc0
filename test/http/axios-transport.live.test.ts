import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { describeTransportOverTls } from '../support/transport-proxy-suite';

const SOURCE = join(__dirname, '../../src/http/axios-transport.ts');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-transport-'));
  buildSync({ entryPoints: [SOURCE], bundle: true, platform: 'node', outfile: file() });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The source with all of axios, for processes that can't load TypeScript. */
function file(): string {
  return join(folder, 'axios-transport.cjs');
}

describe('the HTTP client over TLS', () => describeTransportOverTls(file, 'axiosTransport'));
