import type { Transport } from '../../src/http';

import type { Environment } from './references';
import type { Failure } from './report';

/** The outside world of one call, passed in. */
export interface CliContext {
  env: Environment;
  /** The folder that holds the templates and the extension's archive. */
  templates: string;
  print: (text: string) => void;
  complain: (text: string) => void;
  /** Whether a person is at the other end: both input and output are a terminal. */
  isTerminal: boolean;
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** Sends requests to token endpoints and stores. */
  transport: Transport;
}

/** The arguments of one call, parsed by the command's own table of options. */
export interface Call {
  positionals: string[];
  /** By the option's name, such as `dry-run`. */
  values: Readonly<Record<string, string | boolean | undefined>>;
}

export interface Command {
  name: string;
  /** The command's lines in the help text: indented by two, without a line break at the end. */
  usage: string;
  /** By name, without the dashes; those of type `string` take a value. */
  options: Readonly<Record<string, { type: 'string' | 'boolean' }>>;
  /** @returns the exit code */
  run(call: Call, context: CliContext): Promise<number>;
  /**
   * Reports a failure in a form of its own, where the call asks for that.
   *
   * @param args as they were given: the call may be wrong
   * @returns the exit code; `undefined` to have it reported as usual
   */
  fail?: (failure: Failure, args: readonly string[], context: CliContext) => number | undefined;
}

/** The configuration file where none is named. */
export const DEFAULT_CONFIG = 'access-token.json';

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_MISUSED = 2;

/** Ends the program with `EXIT_MISUSED` and shows how to call it. */
export class UsageError extends Error {}

/** @returns the value of an option that takes a text */
export function textOption({ values }: Call, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError when there are more positional arguments than the command takes */
export function refuseMore({ positionals }: Call, taken: number): void {
  const unexpected = positionals[taken];
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is one argument too many.`);
}

/** @throws UsageError */
export function configOption(call: Call): string {
  const config = textOption(call, 'config');
  if (config === undefined) throw new UsageError('--config FILE is missing.');
  return config;
}
