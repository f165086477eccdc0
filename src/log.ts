import type { AccessTokenError, ErrorReport } from './errors';

export type LogLevel = 'info' | 'warn' | 'error';

/** What a line says besides its message: `token` first, then `status` and the like. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

/**
 * Logs something. Never a secret.
 *
 * @param code the code of an error, or of an event such as `refreshed`
 * @param message one or more sentences
 */
export type Log = (level: LogLevel, code: string, message: string, facts?: Facts) => void;

/** Values that need no quotation marks. */
const PLAIN = /^[\w.:/@~+-]+$/;

/**
 * One line of the log, in the form that nodes, chain and store share: `[access-token] <level> <code> token=<name>
 * <key>=<value> … <message>`. A value with spaces or other special characters is written as JSON.
 */
export function logLine(level: LogLevel, code: string, message: string, facts: Facts = {}): string {
  const told = Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${PLAIN.test(String(value)) ? value : JSON.stringify(value)}`]));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return ['[access-token]', level, code, ...told, message].join(' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

/** The message of an error, with its remedy. */
export function sentencesOf({ message, remedy }: Pick<ErrorReport, 'message' | 'remedy'>): string {
  return `${message} ${remedy}`;
}

/**
 * Logs an error, or a warning if the error is transient.
 *
 * @param before what the error led to, with a space at the end
 */
export function logError(log: Log, error: AccessTokenError, before = ''): void {
  const { code, status, transient } = error;
  log(transient ? 'warn' : 'error', code, before + sentencesOf(error), { status });
}

/** A log whose lines name a token. */
export function logOf(token: string, log: Log): Log {
  return (level, code, message, facts) => log(level, code, message, { token, ...facts });
}
