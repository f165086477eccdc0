import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ChildProgram {
  /** The program of Node.js that runs it; this one by default. */
  node?: string;
  file: string;
  args: string[];
  /** The whole environment: nothing of the tests' own, such as a proxy, comes with it. */
  env?: Record<string, string>;
}

/** Only there to end a program that hangs. */
const TIME_LIMIT_MS = 120_000;

/** Runs a program in a process of its own. @returns the JSON that it prints */
export async function runProgram<T>({ node = process.execPath, file, args, env = {} }: ChildProgram): Promise<T> {
  const { stdout } = await run(node, [file, ...args], { env, timeout: TIME_LIMIT_MS });
  return JSON.parse(stdout) as T;
}
