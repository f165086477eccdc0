import { EXIT_MISUSED, refuseMore, SOURCE_OPTIONS, UsageError } from '../command';
import type { Call, Command, CliContext } from '../command';
import type { Interruption } from '../interruption';
import { calledAs } from '../invocation';
import type { Failure } from '../report';
import { fileNames, openSources } from '../sources';
import { FORMATS, guessForm, readForm } from './form';
import { judge } from './judge';
import { observe } from './observe';
import { reportOfNothing } from './report';
import type { StatusReport } from './report';
import { openScreen, writerFor } from './screen';
import { readStatusSettings } from './settings';
import { REAL_EDGE } from './terminal';
import type { StatusEdge } from './terminal';
import { styleFor } from './view';

const DEFAULT_SECONDS = 5;
const LONGEST_SECONDS = 24 * 3600;

export function createStatusCommand(edge: StatusEdge): Command {
  return {
    name: 'status',
    summary: 'shows tokens, chain and Function, and whether all is well',
    usage: `  status [--watch [SECONDS]] [--format FORMAT] [--output FILE] [--strict]
      [--config FILE] [--env-file FILE]
      Shows the tokens, the chain's heartbeat and the Function's instances. It changes
      nothing. --watch looks again every ${DEFAULT_SECONDS} (or SECONDS) seconds.
      FORMAT is ${FORMATS.slice(0, -1).join(', ')} or ${FORMATS.at(-1)}; --json is short for --format json.
      The exit code is 0 if all is well, 1 if something is wrong, and 2 if status can't
      tell. With --strict it is 1 instead of 0 if the tokens are valid but may not stay
      so, for example because a refresh failed or the chain is late.
      prometheus: metrics as text. --output FILE replaces a file with them in one step,
      for the textfile collector. The exit code is 0 whenever there are metrics,
      because they contain the level.
      nagios: one line with figures. The exit code is 0 for OK, 1 for WARNING, 2 for
      CRITICAL, and 3 for UNKNOWN.`,
    options: {
      ...SOURCE_OPTIONS,
      watch: { type: 'boolean' },
      format: { type: 'string', value: 'FORMAT', proposals: FORMATS },
      json: { type: 'boolean' },
      output: { type: 'string', value: 'FILE', proposals: 'files' },
      strict: { type: 'boolean' },
    },
    run: (call, context) => runStatus(call, context, edge),
    fail,
  };
}

export const statusCommand = createStatusCommand(REAL_EDGE);

async function runStatus(call: Call, context: CliContext, edge: StatusEdge): Promise<number> {
  const everySeconds = readInterval(call);
  const form = readForm(call);
  const { env, print, complain, isTerminal, transport, now } = context;
  const sources = openSources(call, env, (warning) => complain(`Warning: ${warning}\n`));
  const settings = readStatusSettings(sources.config, sources.env, fileNames(sources));
  const environment = { transport, now, ...edge.openStores(settings, context), ...edge.openProject(settings, context) };
  const style = () => styleFor(isTerminal, env, edge.columns());
  const screen = await openScreen({ ...form, everySeconds, print, isTerminal, style, openPicture: edge.openPicture });
  const look = async () => {
    const report = withCalls(judge(await observe(settings, environment), form.exits), context);
    screen.show(report);
    return report.exitCode;
  };
  if (everySeconds === undefined) return look();
  return watch(look, everySeconds * 1000, edge.listen()).finally(() => screen.end());
}

/** Shows the commands in the remedies as the user types them. */
function withCalls(report: StatusReport, { program }: CliContext): StatusReport {
  return { ...report, findings: report.findings.map((finding) => ({ ...finding, remedy: calledAs(program, finding.remedy) })) };
}

/** For programs, a failed look is a report too. */
function fail(failure: Failure, args: readonly string[], context: CliContext): number | undefined {
  const { print, complain, now } = context;
  const form = guessForm(args);
  // If the file could not be written, this report can't be written either.
  const write = form === undefined || failure.code === 'file_unwritable' ? undefined : writerFor({ ...form, everySeconds: undefined, print });
  if (form === undefined || write === undefined) return undefined;
  const report = withCalls(reportOfNothing(failure, now(), form.exits), context);
  try {
    write(report);
  } catch {
    // The output fails too. The first failure is reported the usual way.
    return undefined;
  }
  if (form.format !== 'prometheus') return report.exitCode;
  // Metrics can't contain the reason. A wrong call is a mistake in a script, so it also gets its own exit code.
  complain(`${failure.message}\n`);
  return failure.code === 'call_wrong' ? EXIT_MISUSED : report.exitCode;
}

/** @returns seconds; `undefined` for a single look */
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
 * @param look shows the current report and returns its exit code
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
