import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readIfPresent, writing } from './files';
import { quoted } from './shell';

/** @returns whether git tracks a file: then .gitignore does not keep it out of the next commit */
export function isTrackedByGit(file: string): boolean {
  return git(file, '--literal-pathspecs', 'ls-files', '--error-unmatch') === 0;
}

/**
 * Makes git ignore a file. For a tracked file that takes effect once it is removed from the index.
 *
 * @returns the .gitignore that got a new line; `undefined` if git ignores the file already, or there is no repository
 * @throws CliError file_unwritable
 */
export function ignoreInGit(file: string): string | undefined {
  // 0: ignored; 1: not ignored; anything else: no repository, or no git. --no-index checks tracked files too.
  if (git(file, 'check-ignore', '--no-index', '--quiet') !== 1) return undefined;
  const list = join(dirname(file), '.gitignore');
  writing(() => {
    const present = readIfPresent(list) ?? '';
    const separator = present === '' || present.endsWith('\n') ? '' : '\n';
    appendFileSync(list, `${separator}/${basename(file).replace(/[\\*?[\] ]/g, '\\$&')}\n`);
  });
  return list;
}

export function trackedWarning(file: string): string {
  return `git tracks ${file} already, so secrets in it go into the next commit. Take it out with: git rm --cached ${quoted(file)}`;
}

/** @returns git's exit code; `null` if git is not installed */
function git(file: string, ...command: readonly string[]): number | null {
  return spawnSync('git', [...command, '--', basename(file)], { cwd: dirname(file), stdio: 'ignore' }).status;
}
