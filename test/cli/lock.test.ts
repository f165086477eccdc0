import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LockKeeper } from '../../src/cli/deploy/lock-keeper';
import { oneAtATime } from '../../src/cli/deploy/one-at-a-time';
import { emptyLock, lockFileOf, readLock, writeLock } from '../../src/cli/lock';

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

describe('one run at a time', () => {
  const owner = (pid: number): void => writeFileSync(`${lockFileOf(config)}.pid`, String(pid));

  test('a run that is at work keeps others off', async () => {
    owner(process.ppid);
    const run = oneAtATime(config, () => Promise.resolve('done'));
    await expect(run).rejects.toMatchObject({ code: 'deploy_running', exitCode: 1 });
    expect(readdirSync(folder)).toEqual(['my.lock.json.pid']);
  });

  test.each([0, 2 ** 30, process.pid])('a run that is gone does not: %d', async (pid) => {
    owner(pid);
    expect(await oneAtATime(config, () => Promise.resolve('done'))).toBe('done');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a claim that somebody else has by now is not taken away', async () => {
    await oneAtATime(config, async () => {
      rmSync(`${lockFileOf(config)}.pid`);
      owner(process.ppid);
      return Promise.resolve();
    });
    expect(readdirSync(folder)).toEqual(['my.lock.json.pid']);
  });

  test('what the run before has noted is seen, also where it began later than this one looked', async () => {
    const keeper = new LockKeeper(config, 'project');
    await oneAtATime(config, () => {
      new LockKeeper(config, 'project').made('function', { functionId: 'f' });
      return Promise.resolve();
    });
    expect(keeper.hasMade('function')).toBe(false);
    keeper.readAgain();
    expect(keeper.hasMade('function')).toBe(true);
  });

  test('a run that fails leaves the way free', async () => {
    await expect(oneAtATime(config, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(readdirSync(folder)).toEqual([]);
  });
});
