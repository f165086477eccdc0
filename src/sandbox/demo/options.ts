import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** End by itself, with a JSON line. */
  once: boolean;
  /** Seconds a run with `once` takes. */
  seconds: number;
  /** Whether the Function chain refreshes in the background; without it the nodes alone keep the token. */
  chain: boolean;
}

const DEFAULT_SECONDS = 60;

export const USAGE = `Usage: ./build.sh demo [--once] [--seconds N] [--no-chain]

  --once        end by itself; the last line is a summary as JSON
  --seconds N   how long that takes (default ${DEFAULT_SECONDS}, at least 5)
  --no-chain    no background refresh: the nodes alone keep the token
  --help        this text
`;

/**
 * Reads the command line.
 *
 * @returns the options, or what is wrong with them
 */
export function readOptions(args: string[]): DemoOptions | { problem: string } | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
        'no-chain': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const seconds = Number(values.seconds);
    if (!(seconds >= 5)) return { problem: `--seconds takes a number from 5 up, not "${values.seconds}"` };
    return { once: values.once, seconds, chain: !values['no-chain'] };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
