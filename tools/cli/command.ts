import type { Transport } from '../../src/http';

import type { Environment } from './references';
import type { Failure } from './report';

/** The outside world of one call, passed in. */
export interface CliContext {
  /** How to call the program, such as `access-token` or `node dist/cli.js`. Every command it shows begins with this. */
  program: string;
  env: Environment;
  /** The folder that holds the templates and the extension's archive. */
  templates: string;
  print: (text: string) => void;
  complain: (text: string) => void;
  /** Whether a person is at the terminal: both input and output are one. */
  isTerminal: boolean;
  /** Unix milliseconds */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
  /** Sends requests to token endpoints and stores. */
  transport: Transport;
  /**
   * Plays the demo.
   *
   * @param call how it was called, for its help text
   * @returns the exit code
   */
  demo?: (args: readonly string[], call: string) => Promise<number>;
}

/** The arguments of one call, parsed by the command's own table of options. */
export interface Call {
  positionals: string[];
  /** By the option's name, such as `dry-run`. */
  values: Readonly<Record<string, string | boolean | undefined>>;
}

/** What a shell suggests: names, files, or the configuration's tokens. */
export type Proposals = readonly string[] | 'files' | 'tokens';

export interface Option {
  /** Those of type `string` take a value. */
  type: 'string' | 'boolean';
  /** The placeholder for the value in messages, such as `FILE`. */
  value?: string;
  /** For the value. */
  proposals?: Proposals;
}

export interface Command {
  name: string;
  /** One line in the overview. */
  summary: string;
  /** The command's lines in its help text: indented by two, without a line break at the end. */
  usage: string;
  /** By name, without the dashes. A command without this table gets its arguments unparsed. */
  options?: Readonly<Record<string, Option>>;
  /** Suggestions for its first argument. */
  proposals?: Proposals;
  /** @returns the exit code */
  run(call: Call, context: CliContext): Promise<number>;
  /**
   * Reports a failure in a special form, if the call asks for one.
   *
   * @param args as given, because the call may be wrong
   * @returns the exit code; `undefined` to report it as usual
   */
  fail?: (failure: Failure, args: readonly string[], context: CliContext) => number | undefined;
}

/** The default configuration file. */
export const DEFAULT_CONFIG = 'access-token.json';

/** Where the configuration is. */
export const CONFIG_OPTION: Option = { type: 'string', value: 'FILE', proposals: 'files' };
/** Where configuration and secrets are, for commands that need both. */
export const SOURCE_OPTIONS = { config: CONFIG_OPTION, 'env-file': CONFIG_OPTION } as const;

export const EXIT_DONE = 0;
export const EXIT_FAILED = 1;
export const EXIT_MISUSED = 2;
/** A shell's exit code for a program that Ctrl+C ended: 128 plus the signal's number. */
export const EXIT_INTERRUPTED = 130;

/** Ends the program with `EXIT_MISUSED` and says where its usage is described. */
export class UsageError extends Error {}

/** @returns the value of an option that takes text */
export function textOption({ values }: Call, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** @throws UsageError if there are more positional arguments than the command takes */
export function refuseMore({ positionals }: Call, taken: number): void {
  const unexpected = positionals[taken];
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is one argument too many.`);
}

/** @returns the configuration file */
export function configOption(call: Call): string {
  return textOption(call, 'config') ?? DEFAULT_CONFIG;
}
