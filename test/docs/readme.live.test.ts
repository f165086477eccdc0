import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startAuthorizationServer, startSandbox } from '../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../tools/sandbox';
import type { DemoSummary } from '../../tools/sandbox/demo/summary';
import { RunningProgram } from '../artifacts/support/command-line';
import { mentionedCommands, readme, ROOT, stepsOf } from './support/readme';

/** Only there to end a run that hangs: it builds, type-checks and runs two demos, on whatever machine this is. */
const HANGS_AFTER_MS = 15 * 60_000;
const SECRETS = { CLIENT_SECRET: 'canary-client-secret-5b1c', COGNIGY_API_KEY: 'canary-api-key-9d2e' };

let folder: string;
/** The fresh clone, which the commands run in. */
let clone: string;
let sandbox: Sandbox;
let server: AuthorizationServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-readme-'));
  clone = join(folder, 'main');
  if (existsSync(join(ROOT, '.git'))) execFileSync('git', ['clone', '--quiet', ROOT, clone]);
  else copySources();
  shareDependencies();
  [sandbox, server] = await Promise.all([
    startSandbox({ apiKey: SECRETS.COGNIGY_API_KEY, functionStartupDelayMs: 0 }),
    startAuthorizationServer({ clientId: 'my-bot', clientSecret: SECRETS.CLIENT_SECRET, accessTokenLifetimeSeconds: 900 }),
  ]);
});

afterAll(async () => {
  RunningProgram.killAll();
  await Promise.all([sandbox.close(), server.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** Where the project came without its history. */
function copySources(): void {
  const built = ['node_modules', 'dist', 'coverage'].map((name) => join(ROOT, name));
  cpSync(ROOT, clone, { recursive: true, filter: (path) => !built.includes(path) && !path.endsWith('/node_modules') });
}

/**
 * The dependencies are the ones that these tests run with: what is installed from the same lock file is not installed
 * anew. As hard links they are there in a moment.
 */
function shareDependencies(): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(clone, 'node_modules')];
  const { status } = spawnSync('cp', ['-al', from, to], { stdio: 'ignore' });
  if (status !== 0) cpSync(from, to, { recursive: true, verbatimSymlinks: true, force: true });
}

/** Of the environment, what a reader's shell and the installation need. */
function inherited(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => /^(?:PATH|HOME|npm_config_.*)$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

interface Ran {
  code: number | null;
  out: string;
}

/** One shell, as a reader has: what one command exports, the next one finds. */
class Shell {
  private readonly state = join(folder, 'environment');

  constructor() {
    writeFileSync(this.state, '');
  }

  /** @param typed what the reader types into it */
  run(command: string, typed = ''): Promise<Ran> {
    const script = `. '${this.state}'\n${command}\ncode=$?\nexport -p > '${this.state}'\nexit $code`;
    const child = spawn('bash', ['-c', script], { cwd: clone, env: inherited() });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stdin.end(typed);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out }));
    });
  }
}

/** A demo that goes on until somebody presses Ctrl+C. */
async function watchDemo(): Promise<Ran> {
  const demo = new RunningProgram(['./build.sh', 'demo'], { cwd: clone, program: 'bash', env: inherited() });
  for (const text of ['Studio', 'http://127.0.0.1', ' executions, ']) await demo.expect(text);
  demo.signal('SIGINT');
  const { code, out, err } = await demo.ended;
  return { code, out: out + err };
}

/**
 * A demo that ends by itself. It lives in real time: on a machine that is too slow for its tokens of 12 s it says so in
 * its summary and its exit code, and has run to its end all the same.
 */
async function runDemoOnce(command: string, shell: Shell): Promise<Ran> {
  const { code, out } = await shell.run(command);
  const [summary = ''] = /^\{"executions":.*\}$/m.exec(out) ?? [];
  const isSummedUp = summary !== '' && (JSON.parse(summary) as DemoSummary).secrets_leaked === 0;
  return { code: isSummedUp && code === 1 ? 0 : code, out };
}

/** Answers the questions of `init` with what the sandbox has. */
async function talkToInit(): Promise<Ran> {
  const program = new RunningProgram([join(clone, 'dist/cli.js'), 'init'], { cwd: clone, terminal: true });
  const answers = [
    ['Project id', sandbox.projectId],
    ['URL of the Cognigy API', sandbox.apiUrl],
    ['API key', SECRETS.COGNIGY_API_KEY],
    ['Token URL', server.tokenUrl],
    ['Client ID', 'my-bot'],
    ['Client secret', SECRETS.CLIENT_SECRET],
    ['Scope', ''],
    ['Audience', ''],
    ['lives 15 min', ''],
    ['Where is the token kept', ''],
    ['Where do Endpoints answer', sandbox.endpointUrl('')],
    ['Write the secrets', ''],
  ] as const;
  for (const [question, typed] of answers) {
    await program.expect(question);
    program.type(`${typed}\r`);
  }
  const { code, out, err } = await program.ended;
  return { code, out: out + err };
}

/** What a reader puts in place of the README's examples. */
function fillIn(json: string): string {
  return json
    .replace('https://login.example.com/oauth2/token', server.tokenUrl)
    .replace('https://endpoint-trial.cognigy.ai/<URL token>', sandbox.endpointUrl('0123456789abcdef'))
    .replace('https://api-trial.cognigy.ai', sandbox.apiUrl)
    .replace('<id of the Function>', '65f0c0ffee00000000000001');
}

function runStep(command: string, shell: Shell): Promise<Ran> {
  if (command === './build.sh demo') return watchDemo();
  if (command.startsWith('./build.sh demo --once ')) return runDemoOnce(command, shell);
  if (command === 'node dist/cli.js init') return talkToInit();
  const asked = /^printf '[^']+' && read -rs (\w+) && export \1$/.exec(command)?.[1];
  return shell.run(command, asked === undefined ? '' : `${SECRETS[asked as keyof typeof SECRETS]}\n`);
}

test('every command of the README, in its order, on a fresh clone', async () => {
  const shell = new Shell();
  const ran: string[] = [];
  for (const step of stepsOf(readme())) {
    if ('json' in step) {
      const filled = fillIn(step.json);
      expect(filled).not.toMatch(/<[^>]+>|example\.com|cognigy\.ai/);
      writeFileSync(join(clone, 'access-token.json'), filled);
      continue;
    }
    // An interactive zsh takes a comment for arguments.
    expect(step.command).not.toMatch(/(?:^|\s)#/);
    const { code, out } = await runStep(step.command, shell);
    // Together, so that a failure names the command and what it said.
    expect({ command: step.command, code, out: code === 0 ? '' : out }).toEqual({ command: step.command, code: 0, out: '' });
    for (const secret of Object.values(SECRETS)) expect(out).not.toContain(secret);
    ran.push(step.command);
  }
  expect(ran).toHaveLength(13);
  expect(statSync(join(clone, 'dist/access-token.tar.gz')).size).toBeGreaterThan(0);
  // The last rendering is the one for a Flow, which holds the key and no other secret.
  const rendered = readFileSync(join(clone, 'function.ts'), 'utf8');
  expect(rendered).toContain(SECRETS.COGNIGY_API_KEY);
  expect(rendered).not.toContain(SECRETS.CLIENT_SECRET);
  expect(readFileSync(join(clone, 'transformer.ts'), 'utf8')).toContain('createRestTransformer');
  // A reader who pulls the next version has a clean tree: what the commands write is ignored.
  if (existsSync(join(clone, '.git'))) {
    expect(execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' })).toBe('');
  }
}, HANGS_AFTER_MS);

test('every command in the running text exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
  const mentioned = [...new Set(mentionedCommands(readme()))];
  expect(mentioned).toContain('./build.sh test');
  for (const command of mentioned) {
    const script = /^npm run ([\w-]+)/.exec(command)?.[1];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    else expect(command).toMatch(/^(?:\.\/build\.sh(?: test(?: fast)?| demo --help)?|node --env-file=access-token\.env dist\/cli\.js status --config access-token\.json)$/);
  }
  const help = execFileSync(process.execPath, [join(ROOT, 'dist/demo.js'), '--help'], { encoding: 'utf8' });
  expect(help).toMatch(/--no-chain[^]*--lifetime/);
  // Running the tests from a test would never end: it is what the checks run.
  expect(readFileSync(join(ROOT, '.ci/run'), 'utf8')).toContain('./build.sh test');
});

test('every picture and page that the README shows is there', () => {
  const targets = [...readme().matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
  const missing = targets.filter((target) => !/^https?:/.test(target) && !existsSync(join(ROOT, target)));
  expect(missing).toEqual([]);
});
