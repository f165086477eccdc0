import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { DIST } from '../support/artifact-platform';
import { RunningProgram } from './support/command-line';
import type { Ended } from './support/command-line';
import { NEVER_DUE, OFTEN_DUE, startDemo, summaryOf, untilCounted, untilPrinted, VERBOSE } from './support/demo';

const ALL_IS_WELL = { failed: 0, expired_tokens_used: 0, secrets_leaked: 0 };

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

/** @param options `terminal`: with a picture that is redrawn */
function start(args: readonly string[], options: { dist?: string; terminal?: boolean } = {}): RunningProgram {
  return startDemo(args, { ...options, env: { TMPDIR: temporary } });
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

/** Left by the demo; the sandbox has a folder of its own, which it can't remove when the program is made to end at once. */
function leftBehind(prefix = ''): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith(prefix));
}

/** Ctrl+C, when something has come about. */
async function interrupted(demo: RunningProgram, comesAbout: (demo: RunningProgram) => Promise<void>): Promise<Ended> {
  await comesAbout(demo);
  demo.signal('SIGINT');
  return demo.ended;
}

const afterTwoMessages = (demo: RunningProgram) => untilCounted(demo, 2, 'executions');

test('the demo deploys itself to an empty project; the chain refreshes in the background, and without it the nodes do', async () => {
  const [once, kept, chainless] = await Promise.all([
    start(['--once', '--seconds', '5', ...NEVER_DUE, ...VERBOSE]).ended,
    interrupted(start([...OFTEN_DUE, ...VERBOSE], { terminal: true }), (demo) => untilPrinted(demo, /chain +.* info refreshed token=accessToken version=(?!1 )/)),
    interrupted(start([...OFTEN_DUE, '--no-chain', ...VERBOSE]), (demo) => untilCounted(demo, 1, 'refreshes')),
  ]);
  const isHealthy = { ...ALL_IS_WELL, status: 'healthy', status_exit_code: 0 };
  expect(once.out).toContain('Healthy.');
  expect(summaryOf(once)).toMatchObject({ ...isHealthy, refreshes: 0, background_refreshes: 0 });
  expect(summaryOf(once).executions).toBeGreaterThan(0);
  expect(summaryOf(kept)).toMatchObject(isHealthy);
  expect(summaryOf(kept).background_refreshes).toBeGreaterThan(0);
  expect(chainless.out).toContain('(no_instance)');
  expect(summaryOf(chainless)).toMatchObject({ ...ALL_IS_WELL, background_refreshes: 0, status: 'wrong', status_exit_code: 1 });
  expect(summaryOf(chainless).refreshes).toBeGreaterThan(0);
  for (const { code, out, err } of [once, kept, chainless]) {
    expect({ code, err: stripVTControlCharacters(err) }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^\$ node dist\/cli\.js deploy --config .*\/access-token\.json$/m);
    expect(out).toContain('8 changes made.');
    expect(out).toMatch(/^\$ node dist\/cli\.js status --strict --config .*\/access-token\.json$/m);
  }
  expect(leftBehind()).toEqual([]);
});

test('by itself it says three lines and where the studio is, opens that where asked to, and ends in two lines', async () => {
  const opened = join(folder, 'opened');
  for (const program of ['xdg-open', 'open']) writeFileSync(join(folder, program), `#!/bin/sh\nprintf %s "$1" >'${opened}'\n`, { mode: 0o755 });
  const PATH = [folder, process.env['PATH']].join(delimiter);
  const demo = startDemo([...NEVER_DUE, '--open'], { env: { TMPDIR: temporary, PATH } });
  const { out } = await interrupted(demo, afterTwoMessages);
  const lines = out.trimEnd().split('\n');
  const status = lines.filter((line) => /^\d+ s: |^ +v1 /.test(line));
  const [installs, refreshes, hint, studio, blank, ...end] = lines.filter((line) => !status.includes(line));
  expect(installs).toMatch(/^A bot calls an API whose OAuth tokens live 3600 s\. Installing /);
  expect(refreshes).toContain('at 99 %');
  expect(hint).toMatch(/^Open the studio .* Ctrl\+C ends the demo\.$/);
  expect(studio).toMatch(/^ {2}Studio {2}http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(blank).toBe('');
  expect(end).toEqual([expect.stringMatching(/^\d+ executions, 0 failed; /), expect.stringMatching(/ token requests, .* says: healthy\.$/)]);
  expect(`  Studio  ${readFileSync(opened, 'utf8')}`).toBe(studio);
});

test('Ctrl+C while deploy works ends both, and the temporary folder is gone', async () => {
  // No connection of its comes about, so that it is at work until it is ended.
  const stuck = "require('node:net').Socket.prototype.connect = function () { return this; }; setInterval(() => {}, 1000);";
  const demo = start(VERBOSE, { dist: withSpoiltCommandLine(stuck) });
  await untilPrinted(demo, 'read the project');
  demo.signal('SIGINT');
  const { code, out, err } = await demo.ended;
  expect(code).toBe(130);
  expect(err).toMatch(/^Interrupted: .*\n$/);
  expect(out).not.toContain('changes made');
  expect(leftBehind()).toEqual([]);
});

test('a second Ctrl+C does not wait for status, and the temporary folder is gone', async () => {
  // It ends when the demo has.
  const slow = `if (process.argv[2] === 'status') {
    const demo = process.ppid;
    while (process.ppid === demo) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    process.exit();
  }`;
  const demo = start([...NEVER_DUE, ...VERBOSE], { dist: withSpoiltCommandLine(slow), terminal: true });
  await afterTwoMessages(demo);
  expect(leftBehind('access-token-demo-')).toHaveLength(1);
  demo.signal('SIGINT');
  await untilPrinted(demo, 'cli.js status');
  demo.signal('SIGINT');
  expect((await demo.ended).code).toBe(130);
  expect(leftBehind('access-token-demo-')).toEqual([]);
});

test('when deploy fails the demo ends with its message, and everything is closed', async () => {
  const dist = copyDist();
  rmSync(join(dist, 'access-token.tar.gz'));
  const { code, out, err } = await start(['--once', '--seconds', '5'], { dist }).ended;
  expect(code).toBe(1);
  expect(err).toMatch(/^.*access-token\.tar\.gz can't be read \(ENOENT\)\.\nInstall access-token-cli again\. In a checkout, run \.\/build\.sh first\.\n$/);
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
  const ended = await interrupted(start([...NEVER_DUE, ...VERBOSE], { dist: withSpoiltCommandLine(leaks), terminal: true }), afterTwoMessages);
  expect(summaryOf(ended)).toMatchObject({ failed: 0, status: 'healthy', secrets_leaked: 3 });
  expect(ended.code).toBe(1);
});
