import { parseArgs, types } from 'node:util';
import type { ParseArgsConfig } from 'node:util';

import { version } from '../../package.json';
import { AccessTokenError } from '../../src/errors';

import { EXIT_DONE, EXIT_FAILED, EXIT_MISUSED, textOption, UsageError } from './command';
import type { Call, Command, Surroundings } from './command';
import { CliError } from './cli-error';
import { deployCommand } from './deploy';
import { undeployCommand } from './deploy/undeploy';
import { warnOfExposedSecrets } from './exposed';
import { initCommand } from './init';
import { renderCommand } from './render';
import { statusCommand } from './status';

/** Everything the program can do, in the order of the help text. */
const COMMANDS: readonly Command[] = [
  initCommand,
  deployCommand,
  statusCommand,
  undeployCommand,
  renderCommand,
];

/** Commands that warn of secrets in a readable configuration in a way of their own, or have no configuration yet. */
const WARN_THEMSELVES: readonly Command[] = [initCommand, deployCommand, undeployCommand];

const COMMON_OPTIONS = { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean' } } as const;

export const USAGE = `Usage: node dist/cli.js <command> [options]

Commands:
${COMMANDS.map(({ usage }) => usage).join('\n\n')}

Options:
  -h, --help     shows this text
  --version      shows the version
`;

/** @returns the exit code: the command's own, 1 for a failure, 2 for a wrong call or configuration */
export async function run(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  let command: Command | undefined;
  try {
    const { named, rest } = findCommand(args);
    command = named;
    const call = parseCall(rest, command);
    if (call.values['help'] === true) print(USAGE);
    else if (call.values['version'] === true) print(`${version}\n`);
    else if (command === undefined) throw new UsageError('A command is missing.');
    else {
      if (!WARN_THEMSELVES.includes(command)) warnOfSecrets(call, surroundings);
      return await command.run(call, surroundings);
    }
    return EXIT_DONE;
  } catch (error) {
    if (error instanceof UsageError) {
      const refuseInJson = args.includes('--json') ? command?.refuseInJson : undefined;
      if (refuseInJson !== undefined) return refuseInJson(new CliError('call_wrong', error.message), surroundings);
      complain(`${error.message}\n\n${USAGE}`);
      return EXIT_MISUSED;
    }
    if (error instanceof CliError) {
      complain(`${error.message}\n${error.remedy}\n`);
      return error.exitCode;
    }
    if (error instanceof AccessTokenError) {
      complain(`${error.message}\n`);
      return EXIT_MISUSED;
    }
    complain(`${types.isNativeError(error) ? error.message : 'Something unknown went wrong.'}\n`);
    return EXIT_FAILED;
  }
}

function warnOfSecrets(call: Call, { complain }: Surroundings): void {
  const config = textOption(call, 'config');
  if (config !== undefined) for (const warning of warnOfExposedSecrets(config)) complain(`Warning: ${warning}\n`);
}

/**
 * Finds the command first, wherever it stands, since the other arguments are parsed by its own table of options.
 *
 * @returns the command, if there is one, and the other arguments
 */
function findCommand(args: readonly string[]): { named: Command | undefined; rest: string[] } {
  const known = Object.assign({}, ...COMMANDS.map(({ options }) => options), COMMON_OPTIONS) as Command['options'];
  const { tokens } = parseStrictly({ args: [...args], options: known, strict: false, tokens: true });
  const name = tokens.find((token) => token.kind === 'positional');
  const named = COMMANDS.find((command) => command.name === name?.value);
  if (name !== undefined && named === undefined) throw new UsageError(`There is no command "${name.value}".`);
  return { named, rest: args.filter((_, index) => index !== name?.index) };
}

function parseCall(args: string[], command: Command | undefined): Call {
  return parseStrictly({ args, options: { ...command?.options, ...COMMON_OPTIONS } });
}

function parseStrictly<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T & { allowPositionals: true }>> {
  try {
    return parseArgs({ ...config, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
