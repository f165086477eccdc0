import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readIfPresent, writePrivateFile } from '../render/render';

/** The disk, as far as this command needs it. */
export interface Files {
  /** @returns a file's text, `undefined` where there is none */
  read(file: string): string | undefined;
  /** Writes a file that only its owner may read. */
  writePrivate(file: string, text: string): void;
  /**
   * Makes git leave a file alone.
   *
   * @returns the .gitignore that was extended; `undefined` where it was not necessary
   */
  ignoreInGit(file: string): string | undefined;
}

export const DISK: Files = {
  read: readIfPresent,
  writePrivate: writePrivateFile,
  ignoreInGit: (file) => {
    const [folder, name] = [dirname(file), basename(file)];
    // 0: it is ignored; 1: it is not; anything else: no repository, or no git.
    const { status } = spawnSync('git', ['check-ignore', '--quiet', '--', name], { cwd: folder, stdio: 'ignore' });
    if (status !== 1) return undefined;
    const list = join(folder, '.gitignore');
    const present = readIfPresent(list) ?? '';
    const separator = present === '' || present.endsWith('\n') ? '' : '\n';
    appendFileSync(list, `${separator}/${name.replace(/[\\*?[\] ]/g, '\\$&')}\n`);
    return list;
  },
};
