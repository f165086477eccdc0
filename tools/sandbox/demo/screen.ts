import { lifetimeBar, statusLine } from './view';
import type { DemoState } from './view';

/** Where the demo prints. */
export interface Screen {
  /** Prints a line that stays. */
  tell: (line: string) => void;
  /** Prints a line that only `--verbose` shows. */
  detail: (line: string) => void;
  /** Shows the current state; called a few times a second. */
  show(state: DemoState): void;
  end(): void;
}

/** Time between two status lines if there is no terminal to redraw, seconds. */
const PLAIN_STATUS_SECONDS = 5;

/**
 * A live picture on a terminal; plain lines in a pipe.
 *
 * @param verbose whether details are shown
 */
export async function openScreen(output: NodeJS.WriteStream, verbose: boolean): Promise<Screen> {
  const screen = output.isTTY ? await openTerminal(output) : openPipe(output);
  return { ...screen, detail: verbose ? screen.tell : () => undefined };
}

async function openTerminal(output: NodeJS.WriteStream): Promise<Omit<Screen, 'detail'>> {
  const { createLogUpdate } = await import('log-update');
  const picture = createLogUpdate(output);
  return {
    tell: (line) => {
      picture.clear();
      output.write(`${line}\n`);
    },
    show: (state) => picture(`\n  ${lifetimeBar(state)}\n  ${statusLine(state)}\n`),
    end: () => picture.clear(),
  };
}

function openPipe(output: NodeJS.WriteStream): Omit<Screen, 'detail'> {
  let next = PLAIN_STATUS_SECONDS;
  return {
    tell: (line) => void output.write(`${line}\n`),
    show: (state) => {
      if (state.elapsed < next) return;
      next += PLAIN_STATUS_SECONDS;
      output.write(`${statusLine(state)}\n  ${lifetimeBar(state)}\n`);
    },
    end: () => undefined,
  };
}
