/** The demo's command line: `node dist/demo.js [options]`, also loaded by `access-token demo`. `usage` lists the options. */
import { DeployFailed } from './deployment';
import { EXIT_INTERRUPTED, listenForInterruption } from './interruption';
import { readOptions, usage } from './options';
import type { DemoOptions } from './options';
import { runDemo } from './run';
import { openScreen } from './screen';
import type { DemoSummary } from './summary';

/**
 * Plays the demo.
 *
 * @param call how the user calls the demo, for its help text
 * @returns the exit code
 */
export async function main(args: readonly string[], call: string): Promise<number> {
  const options = readOptions([...args]);
  if (options === 'help') {
    process.stdout.write(usage(call));
    return 0;
  }
  if ('problem' in options) {
    process.stderr.write(`${options.problem}\n\n${usage(call)}`);
    return 2;
  }
  const stop = listenForInterruption();
  try {
    const screen = await openScreen(process.stdout, options.verbose);
    const summary = await runDemo(__dirname, options, screen, stop);
    process.stdout.write(`\n${describe(summary, options)}\n`);
    if (options.once || options.verbose) process.stdout.write(`${JSON.stringify(summary)}\n`);
    return isGood(summary, options) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${explain(error, stop.aborted)}\n`);
    return stop.aborted ? EXIT_INTERRUPTED : 1;
  }
}

/** Without the chain, `status` correctly reports that the chain is missing. */
function isGood({ failed, expired_tokens_used, secrets_leaked, status }: DemoSummary, { chain }: DemoOptions): boolean {
  return failed === 0 && expired_tokens_used === 0 && secrets_leaked === 0 && (!chain || status === 'healthy');
}

function describe(summary: DemoSummary, { chain }: DemoOptions): string {
  const { executions, failed, failed_in_outage, token_requests, refreshes, background_refreshes, expired_tokens_used, status } = summary;
  const where = chain ? `${background_refreshes} of them in the background` : 'all of them by nodes';
  return [
    `${executions} executions, ${failed} failed; ${expired_tokens_used} calls with an expired token.`,
    ...(failed_in_outage === 0 ? [] : [`${failed_in_outage} more failed in your outage of the token endpoint, which the token did not outlive.`]),
    `${token_requests} token requests, ${refreshes} of them refreshes, ${where}. The command status says: ${status}.`,
  ].join('\n');
}

/** In a terminal, Ctrl+C ends the other processes too, so a failure after it is not a defect. */
function explain(error: unknown, isInterrupted: boolean): string {
  if (!(error instanceof Error)) return String(error);
  if (isInterrupted) return `Interrupted: ${error.message}`;
  return error instanceof DeployFailed ? error.message : (error.stack ?? error.message);
}

if (require.main === module) {
  void main(process.argv.slice(2), './build.sh demo').then((code) => {
    process.exitCode = code;
  });
}
