/** The servers for the measured executions, on loopback: a token endpoint, the shared store in the sandbox, and Redis. */
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadTypeScript } from './load-typescript.mjs';

const require = createRequire(import.meta.url);

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
export const DIST = join(ROOT, 'dist');
export const MODULE = join(DIST, 'extension/build/module.js');

const ENDPOINT_SECRET = 'the-endpoint-secret-of-the-bench';
const CONFIGURATION = /^(\/\/ ---- configuration: .*\n)[^]*?^(\/\/ ---- end of configuration ----$)/m;
/** As long as the tokens of large providers. */
const TOKEN = { access_token: 'a'.repeat(1200), token_type: 'Bearer', expires_in: 3600 };

/** Starts the servers except Redis. @returns their addresses, and `close()` to end them */
export async function startWorld() {
  const { startSandbox } = require(join(DIST, 'sandbox.js'));
  const sandbox = await startSandbox({ sessionStorageWriteDelayMs: 0, moduleState: 'kept' });
  const { server, url } = await startServer();
  const transformer = builtTransformer({ endpointSecret: ENDPOINT_SECRET });
  return {
    tokenUrl: `${url}/token`,
    apiUrl: `${url}/orders`,
    token: TOKEN,
    endpointSecret: ENDPOINT_SECRET,
    storeUrl: sandbox.createEndpoint({ type: 'rest', name: 'store', transformer, flow: [] }).url,
    close: async () => {
      await sandbox.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The built REST transformer with a configuration filled in. */
export function builtTransformer(config) {
  const template = readFileSync(join(DIST, 'transformer-rest.ts'), 'utf8');
  return template.replace(CONFIGURATION, (_, start, end) => `${start}const CONFIG = ${JSON.stringify(config)};\n${end}`);
}

/** Starts a token endpoint and an API. */
async function startServer() {
  const answers = { '/token': JSON.stringify(TOKEN), '/orders': JSON.stringify({ orders: [{ id: 1, status: 'sent' }] }) };
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('content-type', 'application/json').end(answers[request.url]));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}` };
}

/** Starts a Redis server for the bench. @returns `undefined` if Redis is not installed */
export async function startRedis() {
  const { RedisServer } = loadTypeScript(`export { RedisServer } from './test/support/redis-server';`);
  try {
    return await RedisServer.start();
  } catch (error) {
    process.stderr.write(`Redis is left out: ${error.message}\n`);
    return undefined;
  }
}

/** The available versions of Node.js: the running one, and those that are installed for the tests. */
export function nodeVersions() {
  const folder = join(ROOT, 'test/node-versions/node_modules');
  const others = readFolder(folder).filter((name) => /^node\d+$/.test(name));
  const current = { name: `Node.js ${process.versions.node.split('.')[0]}`, program: process.execPath };
  return [
    current,
    ...others.map((name) => ({ name: `Node.js ${name.slice(4)}`, program: join(folder, name, 'bin/node') })),
  ];
}

function readFolder(folder) {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}
