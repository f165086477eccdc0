import { UsageError } from '../command';
import type { Call } from '../command';
import type { Exits } from './verdict';

export const FORMATS = ['text', 'json', 'prometheus', 'nagios'] as const;

export type Format = (typeof FORMATS)[number];

/** The format of the report that a call asks for. */
export interface Form {
  format: Format;
  /** The file to replace with the report. By default the report is printed. */
  output: string | undefined;
  exits: Exits;
}

/** @throws UsageError for an unknown format, and for options that contradict each other */
export function readForm({ values }: Pick<Call, 'values'>): Form {
  const { format: named, output, json } = values;
  const format = FORMATS.find((known) => known === (named ?? (json === true ? 'json' : 'text')));
  if (format === undefined) throw new UsageError(`--format is one of ${FORMATS.join(', ')}, not "${named}".`);
  if (json === true && format !== 'json') throw new UsageError(`--json is short for --format json, and can't go with --format ${format}.`);
  if (output !== undefined && format !== 'prometheus') throw new UsageError('--output goes with --format prometheus only.');
  if (output === '') throw new UsageError('--output needs the name of a file.');
  const isStrict = values['strict'] === true;
  if (isStrict && exitsOf(format) !== 'usual') throw new UsageError(`--strict goes with text and json: ${format} tells each level by itself.`);
  return { format, output: typeof output === 'string' ? output : undefined, exits: isStrict ? 'strict' : exitsOf(format) };
}

/**
 * Guesses the format that a wrong call asks for, so that the error can be reported in it.
 *
 * @param args unparsed
 * @returns `undefined` if the call names no known format
 */
export function guessForm(args: readonly string[]): Form | undefined {
  const named = valueIn(args, '--format') ?? (args.includes('--json') ? 'json' : undefined);
  const format = FORMATS.find((known) => known === named);
  if (format === undefined) return undefined;
  return { format, output: format === 'prometheus' ? valueIn(args, '--output') : undefined, exits: exitsOf(format) };
}

function exitsOf(format: Format): Exits {
  return format === 'prometheus' || format === 'nagios' ? format : 'usual';
}

function valueIn(args: readonly string[], option: string): string | undefined {
  const index = args.findIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  const arg = args[index];
  return arg === option ? args[index + 1] : arg?.slice(option.length + 1);
}
