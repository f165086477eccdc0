import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** End by itself, with a JSON line. */
  once: boolean;
  /** Seconds a run with `once` takes. */
  seconds: number;
  /** Whether the Function chain refreshes in the background; without it the nodes alone keep the token. */
  chain: boolean;
  /** Seconds that an access token lives. */
  lifetime: number;
  /** At which percent of that it is refreshed, 1 to 99. */
  percent: number;
  /** Open the studio in the user's browser. */
  open: boolean;
  /** Tell what the commands print, and what nodes and Function do. */
  verbose: boolean;
}

const DEFAULT_SECONDS = 60;
/** Minutes of a real token's life are seconds here. */
const LIFETIME = { once: 12, open: 30 };
/** Where somebody watches, there is time between the refresh point and the expiry to break something and mend it. */
const PERCENT = { once: 90, open: 60 };

/** @param call how the demo is called, such as `access-token demo` */
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
