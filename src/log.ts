import type { AccessTokenError, ErrorReport } from './errors';

export type LogLevel = 'info' | 'warn' | 'error';

/** A line's members besides its message: `token` first, then `status` and others. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

/**
 * Writes a log line. Never a secret.
 *
 * @param code an error's code, or an event's, such as `refreshed`
 * @param message one or more sentences
 */
export type Log = (level: LogLevel, code: string, message: string, facts?: Facts) => void;

/** Values that need no quotation marks. */
const PLAIN = /^[\w.:/@~+-]+$/;

/**
 * Formats a log line the way nodes, chain and store all do:
 * `[access-token] <level> <code> token=<name> <key>=<value> … <message>`. A value with other characters, such as spaces, is written as
 * JSON.
 */
export function logLine(level: LogLevel, code: string, message: string, facts: Facts = {}): string {
  const told = Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${PLAIN.test(String(value)) ? value : JSON.stringify(value)}`]));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return ['[access-token]', level, code, ...told, message].join(' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

/** An error's message, then what to do. */
export function sentencesOf({ message, remedy }: Pick<ErrorReport, 'message' | 'remedy'>): string {
  return `${message} ${remedy}`;
}

/** Logs an error, as a warning if it may pass. @param before its consequence, with a space at the end */
export function logError(log: Log, error: AccessTokenError, before = ''): void {
  const { code, status, transient } = error;
  log(transient ? 'warn' : 'error', code, before + sentencesOf(error), { status });
}

/** Makes a log whose lines name a token. */
export function logOf(token: string, log: Log): Log {
  return (level, code, message, facts) => log(level, code, message, { token, ...facts });
}
