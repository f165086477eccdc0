import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startAuthorizationServer, startSandbox } from '../../../tools/sandbox';
import type { AuthorizationServer, Sandbox } from '../../../tools/sandbox';
import type { DemoSummary } from '../../../tools/sandbox/demo/summary';
import { RunningProgram } from '../../artifacts/support/command-line';
import { until } from '../../support/until';
import { answerInit } from './answer-init';
import { stepsOf } from './readme';

export const SECRETS = {
  ENDPOINT_SECRET: 'canary-endpoint-secret-of-a-reader-41d7',
  CLIENT_SECRET: 'canary-client-secret-5b1c',
  COGNIGY_API_KEY: 'canary-api-key-9d2e',
};

export interface Ran {
  code: number | null;
  out: string;
}

/** Of the environment, what a reader's shell and npm need. */
function inherited(): Record<string, string> {
  const names = Object.keys(process.env).filter((name) => /^(?:PATH|HOME|npm_config_.*)$/i.test(name));
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** The project and the authorization server that a reader has. */
export interface Surroundings {
  sandbox: Sandbox;
  server: AuthorizationServer;
  close(): Promise<void>;
}

export async function startSurroundings(): Promise<Surroundings> {
  const [sandbox, server] = await Promise.all([
    startSandbox({ apiKey: SECRETS.COGNIGY_API_KEY, functionStartupDelayMs: 0 }),
    startAuthorizationServer({ clientId: 'my-bot', clientSecret: SECRETS.CLIENT_SECRET, accessTokenLifetimeSeconds: 900 }),
  ]);
  return { sandbox, server, close: () => Promise.all([sandbox.close(), server.close()]).then(() => undefined) };
}

/** Somebody who types what a page says, in one shell: what one command exports, the next one finds. */
export class Reader {
  private readonly state: string;
  private readonly env: Record<string, string>;

  /**
   * @param folder where the reader is
   * @param prefix where npm puts what is installed globally
   */
  constructor(
    readonly folder: string,
    prefix: string,
    private readonly surroundings: Surroundings,
  ) {
    this.state = join(mkdtempSync(join(tmpdir(), 'access-token-shell-')), 'environment');
    writeFileSync(this.state, '');
    mkdirSync(folder, { recursive: true });
    const known = inherited();
    this.env = { ...known, PATH: `${join(prefix, 'bin')}:${known['PATH'] ?? ''}`, npm_config_prefix: prefix, npm_config_prefer_offline: 'true', npm_config_audit: 'false' };
  }

  /** Types the commands of a page and writes its files, in their order. @returns the commands */
  async follow(markdown: string): Promise<string[]> {
    const typed: string[] = [];
    for (const step of stepsOf(markdown)) {
      if ('json' in step) {
        this.write('access-token.json', step.json);
        continue;
      }
      // An interactive zsh takes a comment for arguments.
      expect(step.command).not.toMatch(/(?:^|\s)#/);
      const command = this.fillIn(step.command);
      const { code, out } = await this.type(command);
      // Together, so that a failure names the command and what it said.
      expect({ command, code, out: code === 0 ? '' : out }).toEqual({ command, code: 0, out: '' });
      for (const secret of Object.values(SECRETS)) expect(out).not.toContain(secret);
      typed.push(step.command);
    }
    return typed;
  }

  /** Writes a file as a page shows it, with the reader's own values. */
  write(name: string, text: string): void {
    const filled = this.fillIn(text);
    expect(filled).not.toMatch(/<[^>]+>|example\.com|cognigy\.ai/);
    writeFileSync(join(this.folder, name), filled);
  }

  /** What a reader puts in place of the page's examples. */
  private fillIn(text: string): string {
    const { sandbox, server } = this.surroundings;
    return text
      .replace('https://login.example.com/oauth2/token', server.tokenUrl)
      .replace('https://endpoint-trial.cognigy.ai/<URL token>', sandbox.endpointUrl('0123456789abcdef'))
      .replace('<Endpoint URL>', sandbox.endpointUrl('0123456789abcdef'))
      .replace('https://api-trial.cognigy.ai', sandbox.apiUrl)
      .replace('<id of the Function>', '65f0c0ffee00000000000001');
  }

  /** Runs one command as the reader would, and answers what it asks. */
  type(command: string): Promise<Ran> {
    if (command.endsWith(" demo")) return this.watchDemo(command);
    if (command.includes(' demo --once ')) return this.runDemoOnce(command);
    if (command === 'access-token init') return this.talkToInit();
    if (command === 'access-token status') return this.waitUntilKept(command);
    if (command === 'access-token undeploy') return this.agreeTo(command, 'Remove all of this');
    const asked = /^printf '[^']+' && read -rs (\w+) && export \1$/.exec(command)?.[1];
    return this.run(command, asked === undefined ? '' : `${SECRETS[asked as keyof typeof SECRETS]}\n`);
  }

  private run(command: string, typed = ''): Promise<Ran> {
    const script = `. '${this.state}'\n${command}\ncode=$?\nexport -p > '${this.state}'\nexit $code`;
    const child = spawn('bash', ['-c', script], { cwd: this.folder, env: this.env });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stdin.end(typed);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, out }));
    });
  }

  private start(command: string, terminal = false): RunningProgram {
    return new RunningProgram(['-c', `exec ${command}`], { cwd: this.folder, program: 'bash', env: { ...this.env, ...(terminal ? FAKE_TERMINAL : {}) } });
  }

  /** A demo that goes on until somebody presses Ctrl+C. */
  private async watchDemo(command: string): Promise<Ran> {
    const demo = this.start(command);
    for (const text of ['http://127.0.0.1', ' executions, ']) await demo.expect(text);
    demo.signal('SIGINT');
    const { code, out, err } = await demo.ended;
    return { code, out: out + err };
  }

  /**
   * A demo that ends by itself, earlier than the page says. It lives in real time: on a machine that is too slow for its
   * tokens of 12 s it says so in its summary and its exit code, and has run to its end all the same.
   */
  private async runDemoOnce(command: string): Promise<Ran> {
    const { code, out } = await this.run(command.replace(/--seconds \d+$/, '--seconds 5'));
    const [summary = ''] = /^\{"executions":.*\}$/m.exec(out) ?? [];
    const isSummedUp = summary !== '' && (JSON.parse(summary) as DemoSummary).secrets_leaked === 0;
    return { code: isSummedUp && code === 1 ? 0 : code, out };
  }

  /** The background refresh needs a moment for its first token. */
  private async waitUntilKept(command: string): Promise<Ran> {
    let ran: Ran = { code: null, out: '' };
    await until('a token is kept', async () => (ran = await this.run(command)).code === 0);
    return ran;
  }

  /** Says yes to a question. */
  private async agreeTo(command: string, question: string): Promise<Ran> {
    const program = this.start(command, true);
    await program.expect(question);
    program.type('y\r');
    const { code, out, err } = await program.ended;
    return { code, out: out + err };
  }

  /** Answers the questions of `init` with what the sandbox has. */
  private async talkToInit(): Promise<Ran> {
    const program = this.start('access-token init', true);
    await answerInit(program, { ...this.surroundings, apiKey: SECRETS.COGNIGY_API_KEY, clientSecret: SECRETS.CLIENT_SECRET });
    const { code, out, err } = await program.ended;
    return { code, out: out + err };
  }
}

/** `access-token` asks only on a terminal: this makes the program believe that it has one. */
const FAKE_TERMINAL = { NODE_OPTIONS: `--import ${join(__dirname, '../../artifacts/support/fake-terminal.mjs')}` };
