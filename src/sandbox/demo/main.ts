/** The demo's command line: `node dist/demo.js [--once] [--seconds N] [--no-chain]`. */
import { readOptions, USAGE } from './options';
import type { DemoOptions } from './options';
import { runDemo } from './run';
import { openScreen } from './screen';
import type { DemoSummary } from './summary';

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  if ('problem' in options) {
    process.stderr.write(`${options.problem}\n\n${USAGE}`);
    return 2;
  }
  const stop = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const screen = await openScreen(process.stdout);
  const summary = await runDemo(__dirname, options, screen, stop);
  process.stdout.write(`\n${describe(summary, options)}\n${JSON.stringify(summary)}\n`);
  return summary.failed === 0 && summary.expired_tokens_used === 0 && summary.secrets_leaked === 0 ? 0 : 1;
}

function describe(summary: DemoSummary, { chain }: DemoOptions): string {
  const { executions, failed, token_requests, refreshes, background_refreshes, expired_tokens_used } = summary;
  const where = chain ? `${background_refreshes} of them in the background` : 'all of them by nodes';
  return [
    `${executions} executions, ${failed} failed; ${expired_tokens_used} calls with an expired token.`,
    `${token_requests} token requests, ${refreshes} of them refreshes, ${where}.`,
  ].join('\n');
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  },
);
