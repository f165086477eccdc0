import { EXIT_DONE, refuseMore, UsageError } from './command';
import type { Command } from './command';
import { didYouMean } from './nearest';

/** The column width of the command names in the overview. */
const INDENT = 12;

const COMMON_OPTIONS = `
Options:
  -h, --help     shows this text
  --version      shows the version
`;

const EXIT_CODES = `
Exit codes:
  0    done; status: healthy
  1    failed, and the message says why; status: something is wrong
  2    a wrong call or configuration; status: it can't tell
  130  ended by Ctrl+C
`;

/** @returns the overview of all commands */
export function overviewOf(commands: readonly Command[], program: string): string {
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(INDENT)}${summary}`);
  return `Usage: ${program} <command> [options]

Commands:
${lines.join('\n')}

${program} help <command> shows the options of a command.

Files:
  access-token.json in this folder is the configuration; --config FILE names another one.
  Its \${NAME} references are read from the environment, then from access-token.env and
  .env beside it. --env-file FILE replaces these two files.

Environment:
  CAI_BASEURL, CAI_APIKEY and CAI_AGENT are the variables of Cognigy's own command line.
  They are used if the configuration has no apiUrl, apiKey or projectId.
  NO_COLOR turns colours off. HTTPS_PROXY and NO_PROXY set a proxy.
${COMMON_OPTIONS}${EXIT_CODES}`;
}

/** @returns the help text of one command */
export function helpOf({ usage }: Command, program: string): string {
  return `Usage: ${program} ${usage.trim().replace(/\n {4}/g, '\n')}\n${COMMON_OPTIONS}`;
}

export function unknownCommand(name: string, commands: readonly Command[]): UsageError {
  return new UsageError(`There is no command "${name}".${didYouMean(name, commands.map((one) => one.name))}`);
}

/** `help [COMMAND]`: the same as `COMMAND --help`. */
export function createHelpCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'shows all commands, or the options of one',
    usage: `  help [COMMAND]
      Shows all commands, or the options of one.`,
    options: {},
    get proposals() {
      return commands().map(({ name }) => name);
    },
    async run(call, { print, program }) {
      refuseMore(call, 1);
      const [name] = call.positionals;
      const command = commands().find((one) => one.name === name);
      if (name !== undefined && command === undefined) throw unknownCommand(name, commands());
      print(command === undefined ? overviewOf(commands(), program) : helpOf(command, program));
      return EXIT_DONE;
    },
  };
}
