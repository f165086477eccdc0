import { types } from 'node:util';

import { CliError } from './cli-error';

/**
 * Does something to the disk. What the operating system refuses is told in its own words.
 *
 * @throws CliError file_unwritable
 */
export function writing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (systemCodeOf(error) === undefined) throw error;
    throw new CliError('file_unwritable', `A file can't be written: ${(error as Error).message}.`);
  }
}

/** @returns the operating system's code, such as `EACCES`; `undefined` for an error of any other kind */
export function systemCodeOf(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}
