import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writePrivateFile } from '../../src/cli/private-file';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-private-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

test('the old file stays whole until the new one is: whoever has it open reads on', () => {
  writeFileSync(path('x'), 'old', { mode: 0o644 });
  const before = statSync(path('x')).ino;
  writePrivateFile(path('x'), 'new');
  expect(readFileSync(path('x'), 'utf8')).toBe('new');
  expect(statSync(path('x')).ino).not.toBe(before);
  expect(statSync(path('x')).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['x']);
});

test('what can not be written leaves nothing behind', () => {
  writeFileSync(path('x'), 'old');
  const broken = { toString: () => 'no text' } as unknown as string;
  expect(() => writePrivateFile(path('x'), broken)).toThrow();
  expect(readFileSync(path('x'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['x']);
});

test.each(['old', undefined])('a link stays one, and its target is written (before: %s)', (before) => {
  if (before !== undefined) writeFileSync(path('target'), before);
  symlinkSync('target', path('link'));
  writePrivateFile(path('link'), 'new');
  expect(lstatSync(path('link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(path('target'), 'utf8')).toBe('new');
  expect(statSync(path('target')).mode & 0o777).toBe(0o600);
});

test('devices are written to', () => {
  writePrivateFile('/dev/null', 'gone');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});
