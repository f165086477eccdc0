import type { Transport } from '../../src/http';

import type { Environment } from './references';
import type { Failure } from './report';

/** Everything that one call needs from the outside world. Tests pass their own. */
export interface CliContext {
  /** How the user calls the program, such as `access-token` or `node dist/cli.js`. Every command that it prints starts with these words. */
  program: string;
  env: Environment;
  /** The folder that holds the templates and the extension's archive. */
  templates: string;
  print: (text: string) => void;
  complain: (text: string) => void;
  /** Whether a person uses the program: both input and output are a terminal. */
  isTerminal: boolean;
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** Sends requests to token endpoints and stores. */
  transport: Transport;
  /**
   * Runs the demo.
   *
   * @param call the command as the user typed it, for the help text
   * @returns the exit code
   */
  demo?: (args: readonly string[], call: string) => Promise<number>;
}

/** The arguments of one call, parsed with the command's own table of options. */
export interface Call {
  positionals: string[];
  /** By the option's name, such as `dry-run`. */
  values: Readonly<Record<string, string | boolean | undefined>>;
}

/** What the shell offers when somebody presses Tab: names, files, or the token names of the configuration. */
export type Proposals = readonly string[] | 'files' | 'tokens';

export interface Option {
  /** An option of type `string` takes a value. */
  type: 'string' | 'boolean';
  /** The placeholder for the value in messages, such as `FILE`. */
  value?: string;
  /** What the shell offers for the value. */
  proposals?: Proposals;
}

export interface Command {
  name: string;
  /** One line in the overview. */
  summary: string;
  /** The command's lines in its help text, indented by two spaces, without a line break at the end. */
  usage: string;
  /** By name, without the dashes. A command without a table gets its arguments unparsed. */
  options?: Readonly<Record<string, Option>>;
  /** What the shell offers for the first argument. */
  proposals?: Proposals;
  /** @returns the exit code */
  run(call: Call, context: CliContext): Promise<number>;
  /**
   * Reports a failure in the command's own format, if the call asks for one.
   *
   * @param args unparsed, because the call itself may be wrong
   * @returns the exit code; `undefined` if the failure should be reported the usual way
   */
  fail?: (failure: Failure, args: readonly string[], context: CliContext) => number | undefined;
}

/** The configuration file if the call names none. */
export const DEFAULT_CONFIG = 'access-token.json';

/** Names the configuration file. */
export const CONFIG_OPTION: Option = { type: 'string', value: 'FILE', proposals: 'files' };
/** Name the files with the configuration and with the secrets, for commands that need both. */
export const SOURCE_OPTIONS = { config: CONFIG_OPTION, 'env-file': CONFIG_OPTION } as const;

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_MISUSED = 2;
/** What a shell reports for a program that Ctrl+C ended: 128 plus the signal's number. */
export const EXIT_INTERRUPTED = 130;

/** A wrong call. The program points to its help text and exits with `EXIT_MISUSED`. */
export class UsageError extends Error {}

/** @returns the value of an option of type `string`; `undefined` if it is not given */
export function textOption({ values }: Call, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError if there are more positional arguments than the command takes */
export function refuseMore({ positionals }: Call, taken: number): void {
  const unexpected = positionals[taken];
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is one argument too many.`);
}

/** @returns the path of the configuration file */
export function configOption(call: Call): string {
  return textOption(call, 'config') ?? DEFAULT_CONFIG;
}
