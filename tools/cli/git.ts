import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { readIfPresent, writing } from './files';
import { quoted } from './shell';

/** @returns whether git has a file in its index: then no .gitignore keeps it out of the next commit */
export function isTrackedByGit(file: string): boolean {
  return git(file, '--literal-pathspecs', 'ls-files', '--error-unmatch') === 0;
}

/**
 * Makes git ignore a file. A tracked file is ignored once it is taken out of the index.
 *
 * @returns the .gitignore that was extended; `undefined` if that was unnecessary or useless
 * @throws CliError file_unwritable
 */
export function ignoreInGit(file: string): string | undefined {
  // 0: ignored; 1: not ignored; otherwise no repository, or no git. --no-index looks up tracked files too.
  if (git(file, 'check-ignore', '--no-index', '--quiet') !== 1) return undefined;
  const list = join(dirname(file), '.gitignore');
  writing(() => {
    const present = readIfPresent(list) ?? '';
    const separator = present === '' || present.endsWith('\n') ? '' : '\n';
    appendFileSync(list, `${separator}/${basename(file).replace(/[\\*?[\] ]/g, '\\$&')}\n`);
  });
  return list;
}

/** Says that a file with secrets goes into the next commit. */
export function trackedWarning(file: string): string {
  return `git tracks ${file} already: secrets in it go into the next commit. Take it out with: git rm --cached ${quoted(file)}`;
}

/** @returns git's exit code, `null` where there is no git */
function git(file: string, ...command: readonly string[]): number | null {
  return spawnSync('git', [...command, '--', basename(file)], { cwd: dirname(file), stdio: 'ignore' }).status;
}
