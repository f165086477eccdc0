import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { startAuthorizationServer } from '../../tools/sandbox';
import { runProgram } from '../support/child-program';
import { ROOT } from './support/readme';

const PAGE = readFileSync(join(ROOT, 'docs/extension-authors.md'), 'utf8');
const examples = [...PAGE.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => code);
const [rule = '', client = ''] = examples;

let folder: string;

beforeAll(() => {
  // Beside the page, as the imports are written for a reader who looks at them from there.
  folder = mkdtempSync(join(ROOT, 'docs/.examples-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that an example became. @returns the JSON that it prints */
function run<T>(name: string, source: string): Promise<T> {
  const outfile = join(folder, `${name}.cjs`);
  buildSync({
    stdin: { contents: source, loader: 'ts', resolveDir: join(ROOT, 'docs'), sourcefile: `${name}.ts` },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  return runProgram<T>({ file: outfile, args: [] });
}

test('the examples are the two that this file runs', () => {
  expect(examples).toHaveLength(2);
});

test('the examples have no type errors', () => {
  examples.forEach((code, index) => writeFileSync(join(folder, `example-${index}.ts`), `${code.replaceAll("'../src/", "'../../src/")}\nexport {};\n`));
  const settings = { extends: join(ROOT, 'tsconfig.json'), compilerOptions: { noEmit: true, noUnusedLocals: false }, include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

test('the rule gives what the comments say', async () => {
  const said: string[] = [];
  const asked = rule.replace(/^(\w+\(.*\)); \/\/ ([\w]+).*$/gm, (_, call: string, value: string) => {
    said.push(value);
    return `values.push(${call});`;
  });
  const values = await run<unknown[]>('rule', `const values: unknown[] = [];\n${asked}\nconsole.log(JSON.stringify(values));`);
  expect(said.length).toBeGreaterThan(3);
  expect(values.map(String)).toEqual(said.map((value) => value.replaceAll('_', '')));
});

test('the client gets a token from a real authorization server', async () => {
  const server = await startAuthorizationServer({ clientId: 'my-bot', clientSecret: 'canary-client-secret-77', accessTokenLifetimeSeconds: 900 });
  try {
    const source = client
      .replace('https://login.example.com/oauth2/token', server.tokenUrl)
      .replace('from a connection, never from code', 'canary-client-secret-77')
      .replace(/^ *scope: .*\n/m, '');
    const program = `${source}\nvoid ask().then((answer) => console.log(JSON.stringify(answer)));`;
    const { token, timestamp } = await run<{ token: { expires_in: number }; timestamp: number }>('client', program);
    expect(token.expires_in).toBe(900);
    expect(timestamp).toBeGreaterThan(1_700_000_000);
  } finally {
    await server.close();
  }
});
