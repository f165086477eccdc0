import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { types } from 'node:util';

import { CliError } from './cli-error';

const OWNER_ONLY = 0o600;
const FOLDER_OF_OWNER = 0o700;
const PERMISSIONS = 0o777;
/** The suffix of temporary folders, and of the temporary files that 0.1.0 wrote. */
const LEFTOVER = /\.[0-9a-f]{8}\.tmp$/;
/** The folder is read-only, or the file can't be replaced by a rename: containers mount single files. */
const NOT_REPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/** @returns the text of a file; `undefined` if it does not exist or is not a regular file, such as /dev/stdout */
export function readIfPresent(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

/**
 * Writes a file with secrets. Only its owner may read it.
 *
 * @throws CliError file_unwritable
 */
export function writePrivateFile(file: string, text: string): void {
  replaceFile(file, text, OWNER_ONLY);
}

/**
 * Writes a file atomically: it writes a new file in a temporary folder beside it, then renames it. The old file survives if the program
 * is killed or the disk is full. A symbolic link stays, and its target is written. A file that can't be replaced is overwritten in place.
 * No package is used: the known ones follow links planted at their predictable temporary names, or accept a short write.
 *
 * @param mode permissions; by default the current ones stay
 * @throws CliError file_unwritable
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  writing(() => {
    const present = statSync(file, { throwIfNoEntry: false });
    const isLinkToNothing = present === undefined && lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    // Devices and pipes, such as /dev/stdout, have no content to lose. They keep their mode.
    if (isLinkToNothing || present?.isFile() === false) return writeFileSync(file, text, mode === undefined ? {} : { mode });
    const target = present === undefined ? file : realpathSync(file);
    const folder = `${target}.${randomBytes(4).toString('hex')}.tmp`;
    const newMode = mode ?? (present && present.mode & PERMISSIONS);
    try {
      mkdirSync(folder, FOLDER_OF_OWNER);
      // The text may be secret and the program may be killed here, so git must ignore the whole folder.
      writeFileSync(join(folder, '.gitignore'), '*\n');
      const temporary = join(folder, 'text');
      fill(openSync(temporary, 'wx', newMode), text, newMode);
      renameSync(temporary, target);
    } catch (error) {
      if (present === undefined || !NOT_REPLACEABLE.includes(systemCodeOf(error) ?? '')) throw error;
      fill(openSync(target, 'r+'), text, mode);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

/**
 * Removes the temporary files of runs that were killed. They may contain secrets.
 *
 * @param base the path that these files' names begin with, up to the next dot
 * @throws CliError file_unwritable
 */
export function removeLeftovers(base: string): void {
  const folder = dirname(base);
  if (!existsSync(folder)) return;
  writing(() => {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(`${basename(base)}.`) && LEFTOVER.test(name)) rmSync(join(folder, name), { recursive: true, force: true });
    }
  });
}

function fill(descriptor: number, text: string, mode: number | undefined): void {
  try {
    // Set while the file is still empty. The umask does not apply here.
    if (mode !== undefined) fchmodSync(descriptor, mode);
    ftruncateSync(descriptor);
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Runs code that writes to the disk, and reports an error of the operating system in its own words.
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

/** @returns why a file can't be read, to append to a sentence */
export function reasonFor(systemCode: string): string {
  return systemCode === 'EISDIR' ? ': it is a folder' : ` (${systemCode})`;
}
