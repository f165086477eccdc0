import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

import { systemCodeOf, writing } from './writing';

const PERMISSIONS = 0o777;
/**
 * A folder in which nothing can be made, though the file in it can be written; or a file that is mounted into a container
 * by itself, in whose place no other can be put.
 */
const NOT_REPLACEABLE = ['EACCES', 'EPERM', 'EROFS', 'EBUSY'];

/**
 * Writes a file in one go: beside the old one, and then in its place. A program that is killed and a disk that is full
 * leave the old one whole. A link stays one, and its target is written. Where no file can be put in its place, what is
 * in it is written over.
 *
 * @param mode who may read it; without it those who may now stay
 * @throws CliError file_unwritable
 */
export function replaceFile(file: string, text: string, mode?: number): void {
  writing(() => {
    const target = replaceable(file);
    // Devices and pipes, such as /dev/stdout, have no content that could be lost, and keep their mode.
    if (target === undefined) return writeFileSync(file, text, mode === undefined ? {} : { mode });
    const present = statSync(target, { throwIfNoEntry: false });
    try {
      writeBeside(target, text, mode ?? (present === undefined ? undefined : present.mode & PERMISSIONS));
    } catch (error) {
      if (present === undefined || !NOT_REPLACEABLE.includes(systemCodeOf(error) ?? '')) throw error;
      writeOver(target, text, mode);
    }
  });
}

function writeBeside(target: string, text: string, mode: number | undefined): void {
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    fill(descriptor, text, mode);
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writeOver(target: string, text: string, mode: number | undefined): void {
  fill(openSync(target, 'r+'), text, mode);
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

/** @returns the path of the file to be put in place; `undefined` where that can't be done */
function replaceable(file: string): string | undefined {
  const target = statSync(file, { throwIfNoEntry: false });
  if (target !== undefined) return target.isFile() ? realpathSync(file) : undefined;
  // A link to nothing makes the file that it names.
  return lstatSync(file, { throwIfNoEntry: false }) === undefined ? file : undefined;
}
