import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

const OWNER_ONLY = 0o600;

/**
 * Writes a file that only its owner may read, since it holds secrets. It is written beside the old one, and then put in
 * its place: a disk that is full leaves the old one whole. A link stays one, and its target is written.
 */
export function writePrivateFile(file: string, text: string): void {
  const target = replaceable(file);
  // Devices and pipes, such as /dev/stdout, have no content that could be lost, and keep their mode.
  if (target === undefined) return writeFileSync(file, text, { mode: OWNER_ONLY });
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  const descriptor = openSync(temporary, 'wx', OWNER_ONLY);
  try {
    try {
      // Whatever the umask is.
      fchmodSync(descriptor, OWNER_ONLY);
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** @returns the text of a file, or `undefined` when there is none (or a device, such as /dev/stdout) */
export function readIfPresent(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}

/** @returns the path of the file to be put in place; `undefined` where that can't be done */
function replaceable(file: string): string | undefined {
  const target = statSync(file, { throwIfNoEntry: false });
  if (target !== undefined) return target.isFile() ? realpathSync(file) : undefined;
  // A link to nothing makes the file that it names.
  return lstatSync(file, { throwIfNoEntry: false }) === undefined ? file : undefined;
}
