import { readIfPresent, replaceFile, writePrivateFile } from './files';
import { ignoreInGit, isTrackedByGit } from './git';

/** The disk, as far as `init` and `authorize` need it. */
export interface Files {
  /** @returns a file's text; `undefined` if there is no such file */
  read(file: string): string | undefined;
  /** Writes a file that only its owner may read. */
  writePrivate(file: string, text: string): void;
  /** Overwrites a file and keeps its permissions. */
  replace(file: string, text: string): void;
  /** @returns whether git tracks a file */
  isTrackedByGit(file: string): boolean;
  /**
   * Makes git ignore a file.
   *
   * @returns the .gitignore that got a new line; `undefined` if git ignores the file already, or there is no repository
   */
  ignoreInGit(file: string): string | undefined;
}

export const DISK: Files = { read: readIfPresent, writePrivate: writePrivateFile, replace: replaceFile, isTrackedByGit, ignoreInGit };
