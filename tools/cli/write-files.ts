import { readIfPresent, replaceFile, writePrivateFile } from './files';
import { ignoreInGit, isTrackedByGit } from './git';

/** The disk, as far as `init` and `authorize` need it. */
export interface Files {
  /** @returns a file's text, `undefined` where there is none */
  read(file: string): string | undefined;
  /** Writes a file that only its owner may read. */
  writePrivate(file: string, text: string): void;
  /** Writes a file that is there already, and keeps its permissions. */
  replace(file: string, text: string): void;
  /** @returns whether git has a file in its index */
  isTrackedByGit(file: string): boolean;
  /**
   * Makes git leave a file alone.
   *
   * @returns the .gitignore that was extended; `undefined` where it was not necessary, or is of no use
   */
  ignoreInGit(file: string): string | undefined;
}

export const DISK: Files = { read: readIfPresent, writePrivate: writePrivateFile, replace: replaceFile, isTrackedByGit, ignoreInGit };
