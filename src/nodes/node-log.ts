import type { ErrorReport } from '../errors';
import { tidy } from '../http';
import { logLine, sentencesOf } from '../log';
import type { Log } from '../log';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import type { NodeConfig } from './node-config';

/** What a node has to log. */
export type Note = Parameters<Log>;

/**
 * Writes a node's log line, even if the Flow goes on with a token. If there is nothing to tell, it writes none. It writes only one line,
 * because an execution may call the platform's API only ten times. The line has the first code, and its message names the others.
 *
 * @param outcome has `error` if the node failed
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

/** The name under which a node's token is kept, even if its settings are wrong. */
export function shownName({ tokenName }: NodeConfig): string {
  return (typeof tokenName === 'string' && tidy(tokenName)) || DEFAULT_TOKEN_NAME;
}
