import { resolve } from 'node:path';
import { parseArgs, types } from 'node:util';

import { version } from '../../package.json';
import { AccessTokenError } from '../errors';

import type { Environment } from './references';
import { readIfPresent, render, RENDERINGS, writePrivateFile } from './render';

/** What the program needs from its surroundings. */
export interface Surroundings {
  env: Environment;
  /** The folder that holds the templates. */
  templates: string;
  print: (text: string) => void;
  complain: (text: string) => void;
}

const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;

export const USAGE = `Usage: node dist/cli.js <command> [options]

Commands:
  render ARTIFACT --config FILE [--out FILE]
      Writes a file that is ready to paste, with the configuration filled in.
      ARTIFACT is ${Object.keys(RENDERINGS).join(', ')}.
      \${NAME} in the configuration is read from the environment.
      Without --out, the file goes to the standard output.

Options:
  -h, --help     shows this text
  --version      shows the version
`;

/** Tells people how to call the program. */
class UsageError extends Error {}

/** @returns the exit code: 0, 1 for a failure, 2 for a wrong call or configuration */
export function run(args: readonly string[], surroundings: Surroundings): number {
  const { print, complain } = surroundings;
  try {
    const { values, positionals } = parse(args);
    if (values.help) print(USAGE);
    else if (values.version) print(`${version}\n`);
    else runCommand(positionals, values, surroundings);
    return 0;
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`${error.message}\n\n${USAGE}`);
      return EXIT_MISUSED;
    }
    if (error instanceof AccessTokenError) {
      complain(`${error.message}\n`);
      return EXIT_MISUSED;
    }
    complain(`${types.isNativeError(error) ? error.message : 'Something unknown went wrong.'}\n`);
    return EXIT_FAILED;
  }
}

interface Options {
  config?: string;
  out?: string;
  help?: boolean;
  version?: boolean;
}

function parse(args: readonly string[]): { values: Options; positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function runCommand([command, ...rest]: string[], options: Options, surroundings: Surroundings): void {
  if (command === undefined) throw new UsageError('A command is missing.');
  if (command !== 'render') throw new UsageError(`There is no command "${command}".`);
  runRender(rest, options, surroundings);
}

function runRender(rest: string[], { config, out }: Options, surroundings: Surroundings): void {
  const [artifact, unexpected] = rest;
  const artifacts = Object.keys(RENDERINGS).join(', ');
  if (artifact === undefined) throw new UsageError(`What to render is missing: one of ${artifacts}.`);
  if (!artifacts.split(', ').includes(artifact)) {
    throw new UsageError(`"${artifact}" can't be rendered; what can is ${artifacts}.`);
  }
  if (unexpected !== undefined) throw new UsageError(`"${unexpected}" is one argument too many.`);
  if (config === undefined) throw new UsageError('--config FILE is missing.');
  if (out !== undefined && resolve(out) === resolve(config)) {
    throw new UsageError('--out is the configuration file itself, which would be overwritten.');
  }
  const { env, templates, print, complain } = surroundings;
  const previous = out === undefined ? undefined : readIfPresent(out);
  const { text, notes } = render({ artifact, configFile: config, env, templates, previous });
  if (out === undefined) print(text);
  else writePrivateFile(out, text);
  for (const note of notes) complain(`${note}\n`);
  if (out !== undefined) complain(`Written: ${out}. It holds secrets: only you can read it.\n`);
}
