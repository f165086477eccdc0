import { CliError } from '../cli-error';
import { EXIT_INTERRUPTED } from '../command';
import type { CliContext } from '../command';
import type { Told } from '../report';

/** Reports what the command does. */
export interface Progress {
  /** Reports a piece of work, which lasts until the next call. */
  begin(line: string): void;
  /** The piece of work succeeded. */
  done(): void;
  /** The piece of work failed. The error is reported elsewhere. */
  failed(): void;
  note(line: string): void;
  warn(line: string): void;
  /** Prints the last line. */
  end(line: string): void;
  /** Asks for a yes; only on a terminal. Rejects with a CliError `interrupted` after Ctrl+C. */
  confirm?(question: string): Promise<boolean>;
}

/** Shows a spinner on a terminal and plain lines in a pipe. With `--json` it shows nothing, and `told` collects warnings and notes. */
export async function openProgress(title: string, json: boolean, context: CliContext, told: Told): Promise<Progress> {
  if (json) return silent(told);
  return context.isTerminal ? openTerminal(title) : openPipe(title, context);
}

/** Does the work. If it fails, the current line is marked as failed, and the spinner stops. */
export async function withProgress<T>(progress: Progress, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    progress.failed();
    throw error;
  }
}

function silent({ warnings, notes }: Told): Progress {
  const nothing = (): void => undefined;
  const note = (line: string): void => void notes.push(line);
  const warn = (line: string): void => void warnings.push(line);
  return { begin: nothing, done: nothing, failed: nothing, note, warn, end: nothing };
}

function openPipe(title: string, { print, complain }: CliContext): Progress {
  print(`${title}\n`);
  return {
    begin: (line) => print(`  ${line} ...\n`),
    done: () => undefined,
    failed: () => undefined,
    note: (line) => print(`  ${line}\n`),
    warn: (line) => complain(`Warning: ${line}\n`),
    end: (line) => print(`${line}\n`),
  };
}

async function openTerminal(title: string): Promise<Progress> {
  const { confirm, intro, isCancel, log, outro, spinner } = await import('@clack/prompts');
  intro(title);
  let current: { line: string; picture: ReturnType<typeof spinner> } | undefined;
  const finish = (how: 'stop' | 'error'): void => {
    current?.picture[how](current.line);
    current = undefined;
  };
  // The spinner receives Ctrl+C as a key or as a signal, and would end the program with exit code 0.
  process.once('exit', () => {
    if (current !== undefined) process.exitCode = EXIT_INTERRUPTED;
  });
  const onCancel = (): void => process.exit(EXIT_INTERRUPTED);
  return {
    begin: (line) => {
      finish('stop');
      current = { line, picture: spinner({ onCancel }) };
      current.picture.start(line);
    },
    done: () => finish('stop'),
    failed: () => finish('error'),
    note: (line) => {
      finish('stop');
      log.info(line);
    },
    warn: (line) => {
      finish('stop');
      log.warn(line);
    },
    end: (line) => {
      finish('stop');
      outro(line);
    },
    confirm: async (message) => {
      finish('stop');
      const answer = await confirm({ message, initialValue: false });
      if (isCancel(answer)) throw new CliError('interrupted', 'Ctrl+C: nothing was changed.');
      return answer;
    },
  };
}
