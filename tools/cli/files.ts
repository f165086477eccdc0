import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { types } from 'node:util';

import { CliError } from './cli-error';

const OWNER_ONLY = 0o600;
const PERMISSIONS = 0o777;
/** Nothing can be created in the folder, or nothing can be renamed onto the file: containers mount single files. */
const NOT_REPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/** @returns the text of a file; `undefined` when there is none, or when it is a device such as /dev/stdout */
export function readIfPresent(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

/**
 * Writes a file that holds secrets: only its owner may read it.
 *
 * @throws CliError file_unwritable
 */
export function writePrivateFile(file: string, text: string): void {
  replaceFile(file, text, OWNER_ONLY);
}

/**
 * Writes a file atomically: to a new file beside it, which is then renamed. The old file stays whole when the program is
 * killed or the disk is full. A link stays a link, and its target is written. A file that can't be replaced is
 * overwritten in place. Packages for this follow links planted at their predictable temporary names, or take a short
 * write for a whole one.
 *
 * @param mode permissions; without it the present ones stay
 * @throws CliError file_unwritable
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  writing(() => {
    const present = statSync(file, { throwIfNoEntry: false });
    const isLinkToNothing = present === undefined && lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    // Devices and pipes, such as /dev/stdout, have no content to lose, and keep their mode.
    if (isLinkToNothing || present?.isFile() === false) return writeFileSync(file, text, mode === undefined ? {} : { mode });
    const target = present === undefined ? file : realpathSync(file);
    const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
    const newMode = mode ?? (present && present.mode & PERMISSIONS);
    try {
      fill(openSync(temporary, 'wx', newMode), text, newMode);
      renameSync(temporary, target);
    } catch (error) {
      rmSync(temporary, { force: true });
      if (present === undefined || !NOT_REPLACEABLE.includes(systemCodeOf(error) ?? '')) throw error;
      fill(openSync(target, 'r+'), text, mode);
    }
  });
}

function fill(descriptor: number, text: string, mode: number | undefined): void {
  try {
    // Before anything is in it, and whatever the umask is.
    if (mode !== undefined) fchmodSync(descriptor, mode);
    ftruncateSync(descriptor);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Runs something that writes to the disk. A refusal of the operating system is reported in its own words.
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

/** @returns the operating system's code, such as `EACCES`; `undefined` for any other kind of error */
export function systemCodeOf(error: unknown): string | undefined {
  if (!types.isNativeError(error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === undefined ? undefined : code;
}
