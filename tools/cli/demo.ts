import { EXIT_FAILED } from './command';
import type { Command } from './command';

/** `demo`: runs the whole product on this machine. It is a separate program with its own options. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'runs everything on this machine: platform, authorization server, bot, studio',
  usage: `  demo [--once] [--seconds N] [--no-chain] [--lifetime N] [--percent N]
      Runs everything on this machine: a local platform, an authorization server, a bot,
      and the studio, a page where you try the nodes. You need no account.
      demo --help explains the options.`,

  async run({ positionals }, context) {
    try {
      return (await context.demo?.(positionals, `${context.program} demo`)) ?? EXIT_FAILED;
    } catch (error) {
      const missing = missingPackage(error);
      if (missing === undefined) throw error;
      context.complain(`The demo needs the package ${missing}, which is not installed. Install access-token-cli again without --omit=optional.\n`);
      return EXIT_FAILED;
    }
  },
};

/** @returns the name of the optional dependency that is not installed; `undefined` for any other error */
function missingPackage(error: unknown): string | undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) return undefined;
  return /^Cannot find module '((?:@[\w-]+\/)?[\w-]+)/.exec(error.message)?.[1];
}
