import { Command as Parser, CommanderError } from 'commander';

import { version } from '../../package.json';

import { EXIT_DONE, EXIT_MISUSED, UsageError } from './command';
import type { Call, CliContext, Command, Option } from './command';
import { authorizeCommand } from './authorize';
import { createCompletionCommand } from './completion';
import { demoCommand } from './demo';
import { deployCommand } from './deploy';
import { undeployCommand } from './deploy/undeploy';
import { createHelpCommand, helpOf, overviewOf, unknownCommand } from './help';
import { initCommand } from './init';
import { didYouMean } from './nearest';
import { renderCommand } from './render/render';
import { failureOf, reportFailure } from './report';
import { statusCommand } from './status';

const WORKING = [initCommand, authorizeCommand(deployCommand), deployCommand, statusCommand, undeployCommand, renderCommand, demoCommand] as const;

/** In the order of the help text. */
const COMMANDS: readonly Command[] = [...WORKING, createCompletionCommand(() => COMMANDS), createHelpCommand(() => COMMANDS)];

/** Options that take a value. */
const WITH_VALUE = COMMANDS.flatMap(({ options = {} }) =>
  Object.keys(options).flatMap((name) => (options[name]?.type === 'string' ? [`--${name}`] : [])),
);

/** @returns the exit code: the command's own, 1 for a failure, 2 for a wrong call or configuration */
export async function run(args: readonly string[], context: CliContext): Promise<number> {
  const { print, complain, program } = context;
  // The command may come after options, and its own table decides how all other arguments are parsed. So it is found first.
  const position = args.findIndex((arg, index) => !arg.startsWith('-') && !WITH_VALUE.includes(args[index - 1] ?? ''));
  const command = COMMANDS.find(({ name }) => name === args[position]);
  try {
    // Such a command also has its own help text.
    if (command !== undefined && command.options === undefined) return await command.run(unparsed(args, position), context);
    const call = parse(args, position, command);
    if (call.values['help'] === true) print(command === undefined ? overviewOf(COMMANDS, program) : helpOf(command, program));
    else if (call.values['version'] === true) print(`${version}\n`);
    else if (command === undefined) throw new UsageError('A command is missing.');
    else return await command.run(call, context);
    return EXIT_DONE;
  } catch (error) {
    const exitCode = command?.fail?.(failureOf(error), args, context);
    if (exitCode !== undefined) return exitCode;
    const json = command?.options?.['json'] !== undefined && args.includes('--json');
    if (json || !(error instanceof UsageError)) return reportFailure(error, json, context);
    const called = command === undefined ? program : `${program} ${command.name}`;
    // Somebody who tries the program without any argument gets the overview.
    complain(`${error.message}\n${args.length === 0 ? `\n${overviewOf(COMMANDS, program)}` : `See ${called} --help\n`}`);
    return EXIT_MISUSED;
  }
}

const unparsed = (args: readonly string[], position: number): Call => ({ positionals: args.filter((_, index) => index !== position), values: {} });

/**
 * @param position the index of the command among the arguments; below zero if there is none
 * @throws UsageError
 */
function parse(args: readonly string[], position: number, command: Command | undefined): Call {
  const name = args[position];
  if (name !== undefined && command === undefined) throw unknownCommand(name, COMMANDS);
  const options = Object.entries(command?.options ?? {});
  const silent = { writeErr: () => undefined, outputError: () => undefined };
  const parser = new Parser().exitOverride().configureOutput(silent).helpOption(false).helpCommand(false);
  parser.argument('[rest...]').option('-h, --help').option('--version');
  for (const [option, { type }] of options) parser.option(type === 'string' ? `--${option} <value>` : `--${option}`);
  const flags = [...options.map(([option]) => `--${option}`), '--help', '--version'];
  try {
    parser.parse(args.filter((_, index) => index !== position), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    throw new UsageError(problemOf(error, options, flags));
  }
  const values = parser.options.map((option) => {
    const value = parser.getOptionValue(option.attributeName()) as unknown;
    // The parser stores `--no-browser` as the negation of a `--browser`.
    return [option.name(), option.negate ? value === false : value];
  });
  for (const [option, value] of values) {
    // If the user forgot a value, the parser takes the next option for it.
    if (typeof value === 'string' && flags.includes(value.replace(/=[^]*$/, ''))) throw new UsageError(valueMissing(String(option), options));
  }
  return { positionals: parser.args, values: Object.fromEntries(values) as Call['values'] };
}

type Options = readonly [name: string, option: Option][];

/** @returns the parser's objection as a sentence */
function problemOf({ code, message }: CommanderError, options: Options, flags: readonly string[]): string {
  const quoted = /'(?:-\w, )?-*([^\s'=]+)[^']*'/.exec(message)?.[1] ?? '';
  if (code === 'commander.optionMissingArgument') return valueMissing(quoted, options);
  const [problem = ''] = message.replace(/^error: /, '').split('\n');
  const sentence = `${problem.slice(0, 1).toUpperCase()}${problem.slice(1)}.`;
  return code === 'commander.unknownOption' ? sentence + didYouMean(`--${quoted}`, flags) : sentence;
}

function valueMissing(name: string, options: Options): string {
  const { value = 'VALUE' } = Object.fromEntries(options)[name] ?? {};
  return `--${name} needs a value: --${name} ${value}.`;
}
