import fs from 'node:fs';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeLeftovers, writePrivateFile, writing } from '../../tools/cli/files';
import { emptyLock, readLock, writeLock } from '../../tools/cli/lock';
import { lockKeys } from '../../tools/cli/lock/keys';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-private-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** The operating system refuses, whoever runs the tests. */
function refuse(call: 'openSync' | 'renameSync' | 'fsyncSync', code: string): void {
  jest.spyOn(fs, call).mockImplementationOnce(() => {
    throw Object.assign(new Error(`${code}: no`), { code, syscall: call });
  });
}

const unwritable = (code: string): Error =>
  expect.objectContaining({ code: 'file_unwritable', exitCode: 1, message: `A file can't be written: ${code}: no.` }) as Error;

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

test.each([
  ['mounted into a container by itself', 'renameSync', 'EBUSY'],
  ['in a folder that is not writable', 'openSync', 'EACCES'],
  ['in a folder that is not writable, says another system', 'openSync', 'EPERM'],
  ['mounted into a folder that is not writable', 'openSync', 'EROFS'],
] as const)('a file %s is written over', (_, call, code) => {
  writeFileSync(path('x'), 'a text that is longer than the new one', { mode: 0o644 });
  const before = statSync(path('x')).ino;
  refuse(call, code);
  writePrivateFile(path('x'), 'new');
  expect(readFileSync(path('x'), 'utf8')).toBe('new');
  expect(statSync(path('x'))).toMatchObject({ ino: before, mode: 0o100600 });
  expect(readdirSync(folder)).toEqual(['x']);
});

test.each(['EACCES', 'ENOSPC'])('what can not be written at all is a failure with a code: %s', (code) => {
  refuse('openSync', code);
  expect(() => writePrivateFile(path('x'), 'new')).toThrow(unwritable(code));
  expect(readdirSync(folder)).toEqual([]);
});

test('what killed runs have left is removed, and nothing else; git would not have taken it', () => {
  const left = ['my.env.0123abcd.tmp', 'my.json.deadbeef.tmp', 'my.lock.json.00000000.tmp'];
  const others = ['my.env', 'my.env.tmp', 'my.env.0123abcd', 'my2.env.0123abcd.tmp', 'your.env.0123abcd.tmp'];
  for (const name of [...left.slice(1), ...others]) writeFileSync(path(name), 'secret');
  jest.spyOn(fs, 'renameSync').mockImplementationOnce(() => {
    const [temporary = ''] = readdirSync(folder).filter((name) => name.startsWith('x.') && name.endsWith('.tmp'));
    expect(statSync(path(temporary)).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(folder, temporary, '.gitignore'), 'utf8')).toBe('*\n');
    throw Object.assign(new Error('ENOSPC: no'), { code: 'ENOSPC', syscall: 'rename' });
  });
  expect(() => writePrivateFile(path('x'), 'secret')).toThrow(unwritable('ENOSPC'));
  mkdirSync(path(left[0] ?? ''));
  writeFileSync(join(folder, left[0] ?? '', 'text'), 'secret');
  removeLeftovers(path('my'));
  expect(readdirSync(folder).sort()).toEqual(others.sort());
  expect(() => removeLeftovers(path('nowhere/my'))).not.toThrow();
});

describe('the lock file', () => {
  const config = (): string => path('my.json');
  const lock = { ...emptyLock(), functionId: 'f1' };
  const keys = lockKeys('a key', '00');
  const read = (): object => readLock(config()).lock;

  test('stays whole on a disk that is full, with nothing beside it', () => {
    writeLock(config(), emptyLock(), keys);
    refuse('fsyncSync', 'ENOSPC');
    expect(() => writeLock(config(), lock, keys)).toThrow(unwritable('ENOSPC'));
    expect(read()).toEqual({ ...emptyLock(), keyId: keys.keyId() });
    expect(readdirSync(folder)).toEqual(['my.lock.json']);
  });

  test('stays a link, and is read by those who could read it before', () => {
    writeFileSync(path('elsewhere'), '{}', { mode: 0o640 });
    symlinkSync('elsewhere', path('my.lock.json'));
    writeLock(config(), lock, keys);
    expect(lstatSync(path('my.lock.json')).isSymbolicLink()).toBe(true);
    expect(read()).toEqual({ ...lock, keyId: keys.keyId() });
    expect(statSync(path('elsewhere')).mode & 0o777).toBe(0o640);
  });

  test('is not private: it holds no secret', () => {
    writeLock(config(), lock, keys);
    writeFileSync(path('ordinary'), '');
    expect(statSync(path('my.lock.json')).mode).toBe(statSync(path('ordinary')).mode);
  });
});

function failing(error: Error): () => void {
  return () => {
    throw error;
  };
}

test.each(['EACCES', 'EROFS', 'ENOSPC'])('what the operating system refuses (%s) is a failure with a code, in its own words', (code) => {
  const error = Object.assign(new Error(`${code}: no, open '/x.pid'`), { code, syscall: 'open' });
  const message = `A file can't be written: ${code}: no, open '/x.pid'.`;
  expect(() => writing(failing(error))).toThrow(expect.objectContaining({ code: 'file_unwritable', exitCode: 1, message }) as Error);
});

test.each([
  new TypeError('x is not a function'),
  Object.assign(new Error('no such option'), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }),
])('%s is not taken for that', (error) => {
  expect(() => writing(failing(error))).toThrow(error);
});
