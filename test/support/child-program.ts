import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ChildProgram {
  /** The Node.js program that runs it. Default: the running one. */
  node?: string;
  file: string;
  args: string[];
  /** The whole environment. Nothing of the tests' own environment, such as a proxy, is added. */
  env?: Record<string, string>;
}

/** Only ends a program that hangs, milliseconds. */
const TIME_LIMIT_MS = 120_000;

/** Runs a program in a process of its own. @returns the JSON that it prints */
export async function runProgram<T>({ node = process.execPath, file, args, env = {} }: ChildProgram): Promise<T> {
  const { stdout } = await run(node, [file, ...args], { env, timeout: TIME_LIMIT_MS });
  return JSON.parse(stdout) as T;
}
