import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { version } from '../../package.json';
import { startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../tools/sandbox';
import { CLI, RunningProgram } from '../artifacts/support/command-line';
import type { Ended } from '../artifacts/support/command-line';
import { DIST } from '../support/artifact-platform';
import { until } from '../support/until';
import { answerInit } from './support/answer-init';
import { ROOT, stepsOf } from './support/readme';

const SECRETS = { clientSecret: 'canary-client-secret-3f', apiKey: 'canary-api-key-4a' };
const PAGE = readFileSync(join(ROOT, 'docs/commands.md'), 'utf8');

let folder: string;
let sandbox: Sandbox;
let server: AuthorizationServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-commands-'));
  // Installed, as npm does it; and a browser that hands its address over.
  mkdirSync(join(folder, 'bin'));
  chmodSync(CLI, 0o755);
  symlinkSync(CLI, join(folder, 'bin/access-token'));
  writeFileSync(join(folder, 'bin/xdg-open'), '#!/bin/sh\nprintf "%s\\n" "$*" > "$OPENED"\n');
  chmodSync(join(folder, 'bin/xdg-open'), 0o755);
  mkdirSync(join(folder, 'bot'));
  [sandbox, server] = await Promise.all([
    startSandbox({ apiKey: SECRETS.apiKey, functionStartupDelayMs: 0, extensionHostPath: join(DIST, 'extension-host.js') }),
    startAuthorizationServer({ clientId: 'my-bot', clientSecret: SECRETS.clientSecret, accessTokenLifetimeSeconds: 900 }),
  ]);
});

afterAll(async () => {
  RunningProgram.killAll();
  await Promise.all([sandbox.close(), server.close()]);
  rmSync(folder, { recursive: true, force: true });
});

const inBot = (name: string): string => join(folder, 'bot', name);

function start(command: string): RunningProgram {
  const env = { PATH: [join(folder, 'bin'), process.env['PATH']].join(delimiter), OPENED: join(folder, 'opened'), HOME: folder };
  return new RunningProgram(['--norc', '-c', command], { program: 'bash', cwd: inBot(''), env });
}

/** Answers the questions of `init` with what the sandbox has. */
async function talkToInit(): Promise<Ended> {
  const program = new RunningProgram([join(folder, 'bin/access-token'), 'init'], { cwd: inBot(''), terminal: true });
  await answerInit(program, { sandbox, server, ...SECRETS, scope: 'hello' });
  return program.ended;
}

/** What a reader enters in the file: where the server describes itself, or where store and Function are. */
function enter(change: (config: Record<string, unknown> & { tokens: Record<string, unknown>[] }) => void): void {
  const config = JSON.parse(readFileSync(inBot('access-token.json'), 'utf8')) as Parameters<typeof change>[0];
  change(config);
  writeFileSync(inBot('access-token.json'), `${JSON.stringify(config, null, 2)}\n`);
}

/** A browser with cookies, and a user who signs in and agrees. */
async function consent(address: string): Promise<void> {
  const cookies = new Map<string, string>();
  const go = async (url: string, method: string): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { method, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) cookies.set(line.replace(/=[^]*$/, ''), /=([^;]*)/.exec(line)?.[1] ?? '');
    const next = response.headers.get('location');
    return next === null ? response : go(new URL(next, url).href, 'GET');
  };
  let text = await (await go(address, 'GET')).text();
  for (;;) {
    const action = /<form method="post" action="([^"]+\/(?:login|consent))">/.exec(text)?.[1];
    if (action === undefined) break;
    text = await (await go(new URL(action, server.issuer).href, 'POST')).text();
  }
  expect(text).toContain('The answer has arrived');
}

async function authorize(command: string): Promise<Ended> {
  enter(({ tokens: [token] }) => Object.assign(token ?? {}, { issuer: server.issuer }));
  const program = start(command);
  const file = join(folder, 'opened');
  await until('the browser is opened', () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
  await consent(readFileSync(file, 'utf8').trim());
  return program.ended;
}

/** The chain needs a moment for its first token. */
async function statusOf(command: string): Promise<Ended> {
  let ended: Ended = { code: null, out: '', err: '' };
  await until('the chain keeps a token', async () => (ended = await start(command).ended).code === 0);
  return ended;
}

/** It looks again and again, until somebody presses Ctrl+C. */
async function watched(command: string): Promise<Ended> {
  const file = inBot('access_token.prom');
  const program = start(command.replace('/var/lib/node_exporter/access_token.prom', file));
  await until('there are metrics', () => existsSync(file));
  expect(readFileSync(file, 'utf8')).toContain('access_token_status{level="healthy"} 1');
  program.signal('SIGINT');
  return program.ended;
}

function runStep(command: string): Promise<Ended> {
  if (command.includes(' --watch ')) return watched(command);
  if (command === 'access-token init') return talkToInit();
  if (command === 'access-token authorize --deploy') return authorize(command);
  if (command === 'access-token status') return statusOf(command);
  if (command.startsWith('access-token render function')) {
    enter((config) => Object.assign(config, { storeUrl: sandbox.endpointUrl('0123456789abcdef'), functionId: '65f0c0ffee00000000000001' }));
  }
  return start(command).ended;
}

test('every command of the page, in its order, in an empty folder', async () => {
  const steps = stepsOf(PAGE);
  const commands = steps.flatMap((step) => ('command' in step ? [step.command] : []));
  const [install, ...rest] = commands;
  // What the package is, and that it can be installed, is tested where it is made.
  expect(install).toBe(`npm install --global ./access-token-cli-${version}.tgz`);
  const ran: string[] = [];
  for (const command of rest) {
    const { code, out, err } = await runStep(command);
    // Together, so that a failure names the command and what it said.
    expect({ command, code, said: code === 0 ? '' : out + err }).toEqual({ command, code: 0, said: '' });
    for (const secret of Object.values(SECRETS)) expect(out + err).not.toContain(secret);
    ran.push(command.split(' ')[1] ?? '');
  }
  expect(new Set(ran)).toEqual(new Set(['--help', 'help', 'init', 'authorize', 'deploy', 'status', 'undeploy', 'render', '<(access-token']));
  expect(readFileSync(inBot('function.ts'), 'utf8')).toContain(SECRETS.clientSecret);
  expect(readFileSync(inBot('transformer.ts'), 'utf8')).toContain('createRestTransformer');
});

test('the page has at most 300 lines, and its links lead somewhere', () => {
  expect(PAGE.split('\n').length).toBeLessThanOrEqual(300);
  for (const [, target = '', anchor] of PAGE.matchAll(/\]\(([\w./-]*)(?:#([\w-]+))?\)/g)) {
    const text = target === '' ? PAGE : readFileSync(join(ROOT, 'docs', target), 'utf8');
    const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title.toLowerCase().replace(/[^\w -]/g, '').replace(/ /g, '-'));
    if (anchor !== undefined) expect(anchors).toContain(anchor);
  }
});
