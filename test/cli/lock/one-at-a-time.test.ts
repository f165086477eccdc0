import fs from 'node:fs';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { lockFileOf } from '../../../tools/cli/lock';
import { LockKeeper } from '../../../tools/cli/lock/keeper';
import { oneAtATime } from '../../../tools/cli/lock/one-at-a-time';

const PROJECT = { projectId: 'project', apiKey: 'a key' };
const CLAIM = 'my.lock.json.pid';
const GONE = 2 ** 30;

let folder: string;
let config: string;
let claimFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-claim-'));
  config = join(folder, 'my.json');
  claimFile = `${lockFileOf(config)}.pid`;
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const claimOf = (pid: number, host = hostname()): string => `${host} ${pid} 0a1b2c3d\n`;
const claim = (text: string): void => writeFileSync(claimFile, text);
const run = (work: () => unknown = () => 'done'): Promise<unknown> => oneAtATime(config, async () => work());
const refusal = (message: string): Error =>
  expect.objectContaining({ code: 'deploy_running', exitCode: 1, message: expect.stringContaining(message) as string }) as Error;

/** As the operating system refuses. */
function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no`), { code, syscall: 'link' });
}

/** Another run is faster: it does something at the moment when this one takes a claim away. */
function whenTakingAway(before: () => void, after: () => void = () => undefined): void {
  const rename = fs.renameSync;
  jest.spyOn(fs, 'renameSync').mockImplementationOnce((from, to) => {
    before();
    rename(from, to);
    after();
  });
}

test('a run that is at work keeps others off', async () => {
  claim(claimOf(process.ppid));
  await expect(run()).rejects.toEqual(refusal(`(process ${process.ppid}). If it is not, delete ${claimFile}.`));
  expect(readdirSync(folder)).toEqual([CLAIM]);
});

test('so does one on another machine, whatever its process id is here', async () => {
  for (const pid of [process.pid, GONE]) {
    claim(claimOf(pid, 'elsewhere'));
    await expect(run()).rejects.toEqual(refusal(`(process ${pid} on elsewhere). If it is not, delete ${claimFile}.`));
  }
});

test.each([0, GONE, process.pid])('a run that is gone does not: %d', async (pid) => {
  claim(claimOf(pid));
  expect(await run()).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

test.each(['', 'abc', '\0\0\0\0', '4711', 'a b c\n'])('nor does a damaged claim: %j', async (text) => {
  claim(text);
  expect(await run()).toBe('done');
  expect(readdirSync(folder)).toEqual([]);
});

test('a link to nothing in its place is no claim', async () => {
  fs.symlinkSync('nowhere', claimFile);
  expect(await run()).toBe('done');
});

test('two runs of one process have different claims', async () => {
  const seen: string[] = [];
  for (let count = 0; count < 2; count += 1) await run(() => seen.push(readFileSync(claimFile, 'utf8')));
  expect(new Set(seen).size).toBe(2);
  expect(seen[0]).toMatch(new RegExp(`^${hostname()} ${process.pid} [0-9a-f]+\n$`));
});

test('a claim that somebody else has by now is not taken away, be it of the same process id', async () => {
  const other = claimOf(process.pid);
  await run(() => claim(other));
  expect(readFileSync(claimFile, 'utf8')).toBe(other);
});

test('a claim of somebody who was faster goes back', async () => {
  claim('damaged');
  const faster = claimOf(process.ppid);
  whenTakingAway(() => claim(faster));
  await expect(run()).rejects.toEqual(refusal(`(process ${process.ppid})`));
  expect(readFileSync(claimFile, 'utf8')).toBe(faster);
  expect(readdirSync(folder)).toEqual([CLAIM]);
});

test('where it can not go back, this run is not one of several that work', async () => {
  claim('damaged');
  const fastest = claimOf(process.pid);
  whenTakingAway(
    () => claim(claimOf(process.ppid)),
    () => claim(fastest),
  );
  await expect(run()).rejects.toEqual(refusal(`(process ${process.ppid})`));
  expect(readFileSync(claimFile, 'utf8')).toBe(fastest);
  expect(readdirSync(folder)).toEqual([CLAIM]);
});

describe.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])('on a file system without hard links (%s)', (code) => {
  beforeEach(() => {
    jest.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw systemError(code);
    });
  });

  test('a run works, and keeps others off', async () => {
    const second = jest.fn();
    await run(async () => {
      expect(readdirSync(folder)).toEqual([CLAIM]);
      claim(readFileSync(claimFile, 'utf8').replace(` ${process.pid} `, ` ${process.ppid} `));
      await expect(run(second)).rejects.toEqual(refusal('at work'));
    });
    expect(second).not.toHaveBeenCalled();
  });

  test('a claim whose file was taken for a damaged one is made anew', async () => {
    const write = fs.writeFileSync;
    const faster = claimOf(process.ppid);
    jest.spyOn(fs, 'writeFileSync').mockImplementation((file, text, options) => {
      write(file, file === claimFile ? faster : text, options);
    });
    await expect(run()).rejects.toEqual(refusal(`(process ${process.ppid})`));
  });
});

test('what the operating system refuses is told with its code', async () => {
  jest.spyOn(fs, 'linkSync').mockImplementation(() => {
    throw systemError('EROFS');
  });
  await expect(run()).rejects.toMatchObject({ code: 'file_unwritable', message: "A file can't be written: EROFS: no." });
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock file is read when nobody else is at work any more', async () => {
  claim(claimOf(process.ppid));
  writeFileSync(lockFileOf(config), 'being written');
  await expect(run()).rejects.toMatchObject({ code: 'deploy_running' });
  rmSync(claimFile);
  rmSync(lockFileOf(config));
  new LockKeeper(config, PROJECT).made('function', { functionId: 'f' });
  expect(await oneAtATime(config, async () => new LockKeeper(config, PROJECT).lock.made)).toEqual(['function']);
});

test('a run that fails leaves the way free', async () => {
  await expect(run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});
