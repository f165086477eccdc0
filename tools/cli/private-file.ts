import { readFileSync, statSync } from 'node:fs';

import { replaceFile } from './replace-file';

const OWNER_ONLY = 0o600;

/**
 * Writes a file that only its owner may read, since it holds secrets.
 *
 * @throws CliError file_unwritable
 */
export function writePrivateFile(file: string, text: string): void {
  replaceFile(file, text, OWNER_ONLY);
}

/** @returns the text of a file, or `undefined` when there is none (or a device, such as /dev/stdout) */
export function readIfPresent(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}
