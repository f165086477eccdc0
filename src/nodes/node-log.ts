import type { ErrorReport } from '../errors';
import { tidy } from '../http';
import { logLine, sentencesOf } from '../log';
import type { Log } from '../log';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import type { NodeConfig } from './node-config';

/** Something that a node reports in the log. */
export type Note = Parameters<Log>;

/**
 * Writes a node's line to the log, even if the Flow continues with a token. Writes nothing if there is nothing to
 * report. It is one line, because an execution may call the platform's API only ten times. It has the first code, and
 * names the others in its message.
 *
 * @param outcome with `error`, the node has failed
 * @param problem what went wrong; it comes first
 */
export function writeLog(
  outcome: object,
  problem: (Pick<ErrorReport, 'code' | 'message' | 'remedy'> & { status?: number | undefined }) | undefined,
  notes: readonly Note[],
  config: NodeConfig,
  api: { log(level: string, text: string): void },
): void {
  const token = shownName(config);
  const failed: Note[] = problem === undefined ? [] : [['error' in outcome ? 'error' : 'warn', problem.code, sentencesOf(problem), { status: problem.status }]];
  const [first, ...others] = [...failed, ...notes];
  if (first === undefined) return;
  const [level, code, message, facts] = first;
  const sentences = [message, ...others.map(([, other, words]) => `${other}: ${words}`)].join(' ');
  api.log(level, logLine(level, code, sentences, { token, ...facts }));
}

/** The name of a node's token, even if its settings are wrong. */
export function shownName({ tokenName }: NodeConfig): string {
  return (typeof tokenName === 'string' && tidy(tokenName)) || DEFAULT_TOKEN_NAME;
}
