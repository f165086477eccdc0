import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { emptyLock, lockFileOf, readLock, writeLock } from '../../tools/cli/lock';

let folder: string;
let config: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-lock-'));
  config = join(folder, 'my.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('stands beside the configuration', () => {
  expect(lockFileOf('/a/b/my.json')).toBe('/a/b/my.lock.json');
  expect(lockFileOf('my.conf')).toBe('my.conf.lock.json');
});

test('is read as it was written, and leaves nothing beside it', () => {
  expect(readLock(config)).toEqual(emptyLock());
  const lock = { ...emptyLock(), functionId: 'f1', made: ['function'] };
  writeLock(config, lock);
  expect(readLock(config)).toEqual(lock);
  expect(readdirSync(folder)).toEqual(['my.lock.json']);
});

test.each([
  '',
  '{',
  '[]',
  '{"version": 2}',
  '{"version": 1, "made": "x"}',
  '{"version": 1, "salt": 5}',
  '{"version": 1, "connectionIds": {"a": 1}}',
  '{"version": 1, "connections": {"a": null}}',
  '{"version": 1, "connections": {"a": {"hash": 7}}}',
])('a damaged one is an error: %j', (text) => {
  writeFileSync(lockFileOf(config), text);
  expect(() => readLock(config)).toThrow(expect.objectContaining({ code: 'lock_unreadable', exitCode: 2 }) as Error);
});
