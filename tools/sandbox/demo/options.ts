import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Whether the demo ends by itself and prints a JSON line. */
  once: boolean;
  /** How long a run with `once` takes, seconds. */
  seconds: number;
  /** Whether the chain refreshes in the background. Without it, only the nodes refresh the token. */
  chain: boolean;
  /** Lifetime of an access token, seconds. */
  lifetime: number;
  /** When it is refreshed, percent of that lifetime, 1 to 99. */
  percent: number;
  /** Whether to open the studio in the user's browser. */
  open: boolean;
  /** Whether to show what the commands print, and what the nodes and the Function do. */
  verbose: boolean;
}

const DEFAULT_SECONDS = 60;
/** Seconds: one here stands for a minute of a real token's life. */
const LIFETIME = { once: 12, open: 30 };
/** If somebody watches, there must be time between the refresh point and the expiry to break and mend something. */
const PERCENT = { once: 90, open: 60 };

/** @param call how the user calls the demo, such as `access-token demo` */
export const usage = (call: string): string => `Usage: ${call} [--open] [--verbose] [--once] [--seconds N] [--no-chain] [--lifetime N] [--percent N]

Starts a local platform, an authorization server, and an API that asks that server about every token. The command deploy
puts Access Token into the empty project; then a bot answers two messages a second, each of which needs a valid token.
The studio is a page for your browser: it shows the token live, runs the nodes, and breaks things.

  --open        open the studio in your browser
  --verbose     tell everything: addresses, what the commands print, each refresh, the summary as JSON
  --once        end by itself; the last line is a summary as JSON
  --seconds N   how long that takes (default ${DEFAULT_SECONDS}, at least 5)
  --no-chain    no background refresh: the nodes alone keep the token
  --lifetime N  seconds that a token lives, 5 to 3600 (default ${LIFETIME.open}, with --once ${LIFETIME.once})
  --percent N   at which percent of that it is refreshed, 1 to 99 (default ${PERCENT.open}, with --once ${PERCENT.once})
  --help        this text
`;

/**
 * Reads the command line.
 *
 * @returns the options, or what is wrong with the command line
 */
export function readOptions(args: string[]): DemoOptions | { problem: string } | 'help' {
  try {
    const { values } = parseArgs({
      args,
      options: {
        once: { type: 'boolean', default: false },
        seconds: { type: 'string', default: String(DEFAULT_SECONDS) },
        'no-chain': { type: 'boolean', default: false },
        lifetime: { type: 'string' },
        percent: { type: 'string' },
        open: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return 'help';
    const seconds = Number(values.seconds);
    if (!(seconds >= 5)) return { problem: `--seconds takes a number from 5 up, not "${values.seconds}"` };
    const kind = values.once ? 'once' : 'open';
    const lifetime = Number(values.lifetime ?? LIFETIME[kind]);
    if (!Number.isInteger(lifetime) || lifetime < 5 || lifetime > 3600) {
      return { problem: `--lifetime takes a whole number from 5 to 3600, not "${values.lifetime ?? ''}"` };
    }
    const percent = Number(values.percent ?? PERCENT[kind]);
    if (!Number.isInteger(percent) || percent < 1 || percent > 99) {
      return { problem: `--percent takes a whole number from 1 to 99, not "${values.percent ?? ''}"` };
    }
    const { once, open, verbose } = values;
    return { once, seconds, chain: !values['no-chain'], lifetime, percent, open, verbose };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
