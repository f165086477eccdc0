import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { DISK } from '../../tools/cli/write-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);
const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });

test('outside of a repository nothing is done', () => {
  expect(DISK.ignoreInGit(path('x.env'))).toBeUndefined();
  expect(existsSync(path('.gitignore'))).toBe(false);
});

test.each([
  ['x.env', ''],
  ['my *[own]?.env', 'node_modules/'],
])('in a repository git leaves %j alone from then on', (name, before) => {
  git('init', '--quiet');
  if (before !== '') writeFileSync(path('.gitignore'), before);
  expect(DISK.ignoreInGit(path(name))).toBe(path('.gitignore'));
  const lines = readFileSync(path('.gitignore'), 'utf8').trimEnd().split('\n');
  expect(lines).toHaveLength(before === '' ? 1 : 2);
  writeFileSync(path(name), '');
  expect(git('status', '--porcelain', '--', name).toString()).toBe('');
  expect(DISK.ignoreInGit(path(name))).toBeUndefined();
});

test('what git tracks already is left alone as soon as it is taken out, as the warning says', () => {
  git('init', '--quiet');
  writeFileSync(path('x.env'), '');
  expect(DISK.isTrackedByGit(path('x.env'))).toBe(false);
  git('add', 'x.env');
  expect(DISK.isTrackedByGit(path('x.env'))).toBe(true);
  expect(DISK.ignoreInGit(path('x.env'))).toBe(path('.gitignore'));
  expect(DISK.ignoreInGit(path('x.env'))).toBeUndefined();
  expect(readFileSync(path('.gitignore'), 'utf8')).toBe('/x.env\n');
  git('rm', '--cached', 'x.env');
  expect(git('status', '--porcelain', '--', 'x.env').toString()).toBe('');
});

test('a .gitignore that can not be extended is a failure with a code', () => {
  git('init', '--quiet');
  mkdirSync(path('.gitignore'));
  expect(() => DISK.ignoreInGit(path('x.env'))).toThrow(expect.objectContaining({ code: 'file_unwritable' }) as Error);
});
