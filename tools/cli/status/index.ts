import { refuseMore, SOURCE_OPTIONS, UsageError } from '../command';
import type { Call, Command, CliContext } from '../command';
import type { Interruption } from '../interruption';
import { failureOf } from '../report';
import type { Failure } from '../report';
import { fileNames, openSources } from '../sources';
import { judge } from './judge';
import { observe } from './observe';
import { reportOfNothing } from './report';
import { readStatusSettings } from './settings';
import { REAL_EDGE } from './terminal';
import type { StatusEdge } from './terminal';
import { openScreen, styleFor } from './view';

const DEFAULT_SECONDS = 5;
const LONGEST_SECONDS = 24 * 3600;

export function createStatusCommand(edge: StatusEdge): Command {
  return {
    name: 'status',
    summary: 'shows tokens, chain and Function, and whether all is well',
    usage: `  status [--watch [SECONDS]] [--json] [--config FILE] [--env-file FILE]
      Shows the tokens, the chain's heartbeat and the Function's instances. It only
      looks. The exit code is 0 when all is well, 1 when something is wrong, and 2
      when that can't be told. --watch looks again every ${DEFAULT_SECONDS} (or SECONDS) seconds.`,
    options: { ...SOURCE_OPTIONS, watch: { type: 'boolean' }, json: { type: 'boolean' } },
    run: async (call, context) => {
      try {
        return await runStatus(call, context, edge);
      } catch (error) {
        if (call.values['json'] !== true || error instanceof UsageError) throw error;
        return tellOfNothing(failureOf(error), context);
      }
    },
    failInJson: tellOfNothing,
  };
}

export const statusCommand = createStatusCommand(REAL_EDGE);

async function runStatus(call: Call, context: CliContext, edge: StatusEdge): Promise<number> {
  const everySeconds = readInterval(call);
  const { env, print, complain, isTerminal, transport, now } = context;
  const json = call.values['json'] === true;
  const sources = openSources(call, env, (warning) => complain(`Warning: ${warning}\n`));
  const settings = readStatusSettings(sources.config, sources.env, fileNames(sources));
  const environment = { transport, now, ...edge.openProject(settings, context) };
  const style = () => styleFor(isTerminal, env, edge.columns());
  const screen = await openScreen({ json, everySeconds, print, isTerminal, style, openPicture: edge.openPicture });
  const look = async () => {
    const report = judge(await observe(settings, environment));
    screen.show(report);
    return report.exitCode;
  };
  if (everySeconds === undefined) return look();
  return watch(look, everySeconds * 1000, edge.listen()).finally(() => screen.end());
}

/** @returns the exit code */
function tellOfNothing(failure: Failure, { print, now }: CliContext): number {
  const report = reportOfNothing(failure, now());
  print(`${JSON.stringify(report, null, 2)}\n`);
  return report.exitCode;
}

/** @returns seconds, or `undefined` for a single look */
function readInterval(call: Call): number | undefined {
  const isWatching = call.values['watch'] === true;
  refuseMore(call, isWatching ? 1 : 0);
  if (!isWatching) return undefined;
  const [given] = call.positionals;
  if (given === undefined) return DEFAULT_SECONDS;
  const seconds = Number(given);
  if (given.trim() !== '' && seconds >= 1 && seconds <= LONGEST_SECONDS) return seconds;
  throw new UsageError(`--watch takes a number of seconds from 1 to ${LONGEST_SECONDS}, not "${given}".`);
}

/**
 * @param look shows how things stand; returns the exit code
 * @param everyMs milliseconds between two looks
 * @returns the last exit code
 */
async function watch(look: () => Promise<number>, everyMs: number, interruption: Interruption): Promise<number> {
  try {
    for (;;) {
      const exitCode = await look();
      await interruption.pause(everyMs);
      if (interruption.happened) return exitCode;
    }
  } finally {
    interruption.forget();
  }
}
