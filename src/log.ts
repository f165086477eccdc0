import type { AccessTokenError, ErrorReport } from './errors';

export type LogLevel = 'info' | 'warn' | 'error';

/** What a line says besides its message: `token` first, then `status` and the like. */
export type Facts = Readonly<Record<string, string | number | undefined>>;

/**
 * Tells the log of something. Never a secret.
 *
 * @param code an error's, or that of an event, such as `refreshed`
 * @param message one or more sentences
 */
export type Log = (level: LogLevel, code: string, message: string, facts?: Facts) => void;

/** What stands without quotation marks. */
const PLAIN = /^[\w.:/@~+-]+$/;

/**
 * One line of the log, in the one form that nodes, chain and store have:
 * `[access-token] <level> <code> token=<name> <key>=<value> … <message>`. A value with spaces and the like is written as JSON.
 */
export function logLine(level: LogLevel, code: string, message: string, facts: Facts = {}): string {
  const told = Object.entries(facts).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${PLAIN.test(String(value)) ? value : JSON.stringify(value)}`]));
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return ['[access-token]', level, code, ...told, message].join(' ').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

/** The message of an error, with what to do about it. */
export function sentencesOf({ message, remedy }: Pick<ErrorReport, 'message' | 'remedy'>): string {
  return `${message} ${remedy}`;
}

/** Tells the log of an error: a warning, where it may pass. @param before what it has led to, with a space at the end */
export function logError(log: Log, error: AccessTokenError, before = ''): void {
  const { code, status, transient } = error;
  log(transient ? 'warn' : 'error', code, before + sentencesOf(error), { status });
}

/** A log whose lines name a token. */
export function logOf(token: string, log: Log): Log {
  return (level, code, message, facts) => log(level, code, message, { token, ...facts });
}
