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
}

const DEFAULT_SECONDS = 60;
/** Minutes of a real token's life are seconds here. */
const LIFETIME = { once: 12, open: 30 };
/** Where somebody watches, there is time between the refresh point and the expiry to break something and mend it. */
const PERCENT = { once: 90, open: 60 };

/** @param call how the demo is called, such as `access-token demo` */
export const usage = (call: string): string => `Usage: ${call} [--once] [--seconds N] [--no-chain] [--lifetime N] [--percent N]

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
    return { once: values.once, seconds, chain: !values['no-chain'], lifetime, percent };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
