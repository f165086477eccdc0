import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import type { DemoSummary } from '../../src/sandbox/demo/summary';
import { DIST } from '../support/artifact-platform';
import { RunningProgram } from './support/command-line';
import type { Ended } from './support/command-line';

/** With it, the library that restores the cursor listens for Ctrl+C too. */
const ERRORS_TO_TERMINAL = ['--import', 'data:text/javascript,process.stderr.isTTY = true'];
/** Long enough for the first refresh, at 90 % of 12 s. */
const SECONDS = 12;

let folder: string;
/** Where the demo puts its temporary files. */
let temporary: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-demo-test-'));
  temporary = join(folder, 'tmp');
  mkdirSync(temporary);
});

afterEach(() => {
  RunningProgram.killAll();
  rmSync(folder, { recursive: true, force: true });
});

function startDemo(args: readonly string[], { dist = DIST, terminal = false } = {}): RunningProgram {
  const program = [...(terminal ? ERRORS_TO_TERMINAL : []), join(dist, 'demo.js'), ...args];
  return new RunningProgram(program, { env: { TMPDIR: temporary }, terminal });
}

/** A copy of the built files, to be spoilt. */
function copyDist(): string {
  const dist = join(folder, 'dist');
  cpSync(DIST, dist, { recursive: true });
  symlinkSync(join(DIST, '../node_modules'), join(folder, 'node_modules'));
  return dist;
}

/** @param spoil what the command line does before its own work */
function withSpoiltCommandLine(spoil: string): string {
  const dist = copyDist();
  renameSync(join(dist, 'cli.js'), join(dist, 'sound-cli.js'));
  writeFileSync(join(dist, 'cli.js'), `${spoil}\nrequire('./sound-cli.js');\n`);
  return dist;
}

function summaryOf({ out }: Ended): DemoSummary {
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as DemoSummary;
}

/** Left by the demo; the sandbox has a folder of its own, which it can't remove when the program is made to end at once. */
function leftBehind(prefix = ''): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith(prefix));
}

/** @returns how it ended, some messages after the start, when somebody wanted it to */
async function interrupted(demo: RunningProgram): Promise<Ended> {
  await demo.expect('2 executions');
  expect(leftBehind('access-token-demo-')).toHaveLength(1);
  demo.signal('SIGINT');
  return demo.ended;
}

test('the demo deploys itself to an empty project; the chain refreshes in the background, and without it the nodes do', async () => {
  const start = Date.now();
  const once = ['--once', '--seconds', String(SECONDS)];
  const [kept, chainless] = await Promise.all([startDemo(once).ended, startDemo([...once, '--no-chain']).ended]);
  // The servers, deploy and status take a few seconds at most, on a busy machine too.
  expect(Date.now() - start).toBeLessThan((SECONDS + 10) * 1000);
  for (const { code, out, err } of [kept, chainless]) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^\$ node dist\/cli\.js deploy --config .*\/access-token\.json$/m);
    expect(out).toContain('8 changes made.');
    expect(out).toMatch(/^\$ node dist\/cli\.js status --config .*\/access-token\.json$/m);
  }
  const allIsWell = { failed: 0, expired_tokens_used: 0, secrets_leaked: 0 };
  expect(kept.out).toContain('Healthy.');
  const summary = summaryOf(kept);
  expect(summary).toMatchObject({ ...allIsWell, status: 'healthy', status_exit_code: 0 });
  expect(summary.executions).toBeGreaterThan(SECONDS);
  expect(summary.refreshes).toBeGreaterThan(0);
  expect(summary.background_refreshes).toBe(summary.refreshes);
  expect(chainless.out).toContain('(no_instance)');
  expect(summaryOf(chainless)).toMatchObject({ ...allIsWell, background_refreshes: 0, status: 'wrong', status_exit_code: 1 });
  expect(summaryOf(chainless).refreshes).toBeGreaterThan(0);
  expect(leftBehind()).toEqual([]);
});

test('Ctrl+C ends it with status and summary, and the temporary folder is gone', async () => {
  const ended = await interrupted(startDemo([], { terminal: true }));
  expect({ code: ended.code, err: stripVTControlCharacters(ended.err) }).toEqual({ code: 0, err: '' });
  expect(summaryOf(ended)).toMatchObject({ failed: 0, status: 'healthy' });
  expect(leftBehind()).toEqual([]);
});

test('Ctrl+C while deploy works ends both, and the temporary folder is gone', async () => {
  const demo = startDemo([]);
  await demo.expect('look at what is there');
  demo.signal('SIGINT');
  const { code, out, err } = await demo.ended;
  expect(code).toBe(130);
  expect(err).toMatch(/^Interrupted: .*\n$/);
  expect(out).not.toContain('changes made');
  expect(leftBehind()).toEqual([]);
});

test('a second Ctrl+C does not wait for status, and the temporary folder is gone', async () => {
  const slow = "if (process.argv[2] === 'status') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);";
  const demo = startDemo([], { dist: withSpoiltCommandLine(slow), terminal: true });
  await demo.expect('2 executions');
  demo.signal('SIGINT');
  await demo.expect('cli.js status');
  const start = Date.now();
  demo.signal('SIGINT');
  expect((await demo.ended).code).toBe(130);
  expect(Date.now() - start).toBeLessThan(2000);
  expect(leftBehind('access-token-demo-')).toEqual([]);
});

test('when deploy fails the demo ends with its message, and everything is closed', async () => {
  const dist = copyDist();
  rmSync(join(dist, 'access-token.tar.gz'));
  const { code, out, err } = await startDemo(['--once', '--seconds', '5'], { dist }).ended;
  expect(code).toBe(1);
  expect(err).toMatch(/^.*access-token\.tar\.gz can't be read \(ENOENT\)\.\nRun \.\/build\.sh first\.\n$/);
  expect(out).not.toContain('executions');
  expect(leftBehind()).toEqual([]);
});

test('a secret that the commands print or write is found', async () => {
  const leaks = `
    const { DEMO_API_KEY, DEMO_CLIENT_SECRET, DEMO_ENDPOINT_SECRET } = process.env;
    const [, , command, , configFile] = process.argv;
    if (command === 'status') console.error(DEMO_ENDPOINT_SECRET);
    else {
      console.log(DEMO_API_KEY);
      require('fs').writeFileSync(configFile + '.notes', DEMO_CLIENT_SECRET);
    }`;
  const ended = await interrupted(startDemo([], { dist: withSpoiltCommandLine(leaks), terminal: true }));
  expect(summaryOf(ended)).toMatchObject({ failed: 0, status: 'healthy', secrets_leaked: 3 });
  expect(ended.code).toBe(1);
});
