import { Command as Parser, CommanderError } from 'commander';

import { version } from '../../package.json';

import { EXIT_DONE, EXIT_MISUSED, textOption, UsageError } from './command';
import type { Call, CliContext, Command } from './command';
import { authorizeCommand } from './authorize';
import { deployCommand } from './deploy';
import { undeployCommand } from './deploy/undeploy';
import { warnOfExposedSecrets } from './exposed';
import { initCommand } from './init';
import { renderCommand } from './render/render';
import { failureOf, reportFailure } from './report';
import { statusCommand } from './status';

const AUTHORIZE = authorizeCommand(deployCommand);

/** Everything the program can do, in the order of the help text. */
const COMMANDS: readonly Command[] = [initCommand, AUTHORIZE, deployCommand, statusCommand, undeployCommand, renderCommand];

/** Commands that warn of secrets in a readable configuration in a way of their own, or have no configuration yet. */
const WARN_THEMSELVES: readonly Command[] = [initCommand, AUTHORIZE, deployCommand, undeployCommand];

/** Options that are followed by a value. */
const WITH_VALUE = COMMANDS.flatMap(({ options }) =>
  Object.keys(options).flatMap((name) => (options[name]?.type === 'string' ? [`--${name}`] : [])),
);

const COMMON_OPTIONS = `
Options:
  -h, --help     shows this text
  --version      shows the version
`;

/** @returns the exit code: the command's own, 1 for a failure, 2 for a wrong call or configuration */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  const { print, complain } = context;
  // The command may stand anywhere: its own options decide how the other arguments are read.
  const position = args.findIndex((arg, index) => !arg.startsWith('-') && !WITH_VALUE.includes(args[index - 1] ?? ''));
  const command = COMMANDS.find(({ name }) => name === args[position]);
  try {
    const call = parse(args, position, command);
    if (call.values['help'] === true) print(helpOf(command));
    else if (call.values['version'] === true) print(`${version}\n`);
    else if (command === undefined) throw new UsageError('A command is missing.');
    else {
      if (!WARN_THEMSELVES.includes(command)) warnOfSecrets(call, context);
      return await command.run(call, context);
    }
    return EXIT_DONE;
  } catch (error) {
    const exitCode = command?.fail?.(failureOf(error), args, context);
    if (exitCode !== undefined) return exitCode;
    const json = command?.options['json'] !== undefined && args.includes('--json');
    if (json || !(error instanceof UsageError)) return reportFailure(error, json, context);
    complain(`${error.message}\n\n${helpOf(command)}`);
    return EXIT_MISUSED;
  }
}

function warnOfSecrets(call: Call, { complain }: CliContext): void {
  const config = textOption(call, 'config');
  if (config !== undefined) for (const warning of warnOfExposedSecrets(config)) complain(`Warning: ${warning}\n`);
}

/** @returns how one command is called, or all of them */
function helpOf(command: Command | undefined): string {
  if (command !== undefined) return `Usage: node dist/cli.js ${command.usage.trim().replace(/\n {4}/g, '\n')}\n${COMMON_OPTIONS}`;
  const commands = COMMANDS.map(({ usage }) => usage).join('\n\n');
  return `Usage: node dist/cli.js <command> [options]\n\nCommands:\n${commands}\n${COMMON_OPTIONS}`;
}

/**
 * @param position of the command among the arguments; below zero where there is none
 * @throws UsageError
 */
function parse(args: readonly string[], position: number, command: Command | undefined): Call {
  const silent = { writeErr: () => undefined, outputError: () => undefined };
  const parser = new Parser().exitOverride().configureOutput(silent).helpOption(false).helpCommand(false);
  parser.argument('[rest...]').option('-h, --help').option('--version');
  for (const [name, { type }] of Object.entries(command?.options ?? {})) {
    parser.option(type === 'string' ? `--${name} <value>` : `--${name}`);
  }
  const isUnknown = position >= 0 && command === undefined;
  // What was meant is suggested from among these.
  if (isUnknown) for (const { name } of COMMANDS) parser.command(name);
  const others = args.filter((_, index) => index !== position);
  try {
    parser.parse(isUnknown ? [args[position] ?? '', ...others] : others, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const [problem = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
    const unknown = `There is no command "${args[position] ?? ''}"`;
    const message = isUnknown ? unknown : `${problem.slice(0, 1).toUpperCase()}${problem.slice(1)}`;
    throw new UsageError([`${message}.`, ...(suggestion === undefined ? [] : [suggestion.slice(1, -1)])].join(' '));
  }
  const values = parser.options.map((option) => {
    const value = parser.getOptionValue(option.attributeName()) as unknown;
    // The parser takes `--no-browser` for the opposite of a `--browser` that is given.
    return [option.name(), option.negate ? value === false : value];
  });
  return { positionals: parser.args, values: Object.fromEntries(values) as Call['values'] };
}
