import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { until } from '../../support/until';

export const CLI = join(__dirname, '../../../dist/cli.js');
const FAKE_TERMINAL = pathToFileURL(join(__dirname, 'fake-terminal.mjs')).href;

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

export interface StartOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Whether the program should believe that it talks to a terminal. */
  terminal?: boolean;
  /** The program to run instead of `node`. */
  program?: string;
}

/** The built command line in a child process, while the sandbox goes on in this process. */
export class RunningProgram {
  out = '';
  err = '';
  readonly ended: Promise<Ended>;
  private readonly child: ChildProcess;
  /** How much of the output earlier calls of `expect` have found, characters. */
  private seen = 0;

  /** Kills the programs that failed tests have left behind. */
  static killAll(): void {
    for (const child of RunningProgram.children) child.kill('SIGKILL');
  }

  private static readonly children = new Set<ChildProcess>();

  /** @param args what follows `node`, such as `[CLI, 'status']` */
  constructor(args: readonly string[], { env = {}, cwd, terminal = false, program }: StartOptions = {}) {
    const child = spawn(program ?? process.execPath, [...(terminal ? ['--import', FAKE_TERMINAL] : []), ...args], {
      env: { PATH: process.env['PATH'], TERM: 'xterm-256color', ...env },
      stdio: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child = child;
    RunningProgram.children.add(child);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.err += text));
    this.ended = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => {
        RunningProgram.children.delete(child);
        resolve({ code, out: this.out, err: this.err });
      });
    });
  }

  /** Waits until a text is printed after everything that was waited for before. */
  async expect(text: string): Promise<void> {
    let isOver = false;
    void this.ended.finally(() => (isOver = true));
    const hasCome = (): boolean => this.out.includes(text, this.seen);
    await until(`the program prints "${text}"`, () => isOver || hasCome()).catch((thrown: unknown) => {
      throw new Error(`${String(thrown)} It printed ${JSON.stringify(this.out.slice(this.seen))}; ${this.err}`);
    });
    if (!hasCome()) {
      throw new Error(`"${text}" never came, but ${JSON.stringify(this.out.slice(this.seen))}; ${this.err}`);
    }
    this.seen = this.out.indexOf(text, this.seen) + text.length;
  }

  type(text: string): void {
    this.child.stdin?.write(text);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }
}

/** Runs the built command line to its end. */
export function runProgram(args: readonly string[], options?: StartOptions): Promise<Ended> {
  return new RunningProgram([CLI, ...args], options).ended;
}
