import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { CliError } from '../cli-error';
import { lockFileOf } from '../lock';
import { systemCodeOf, writing } from '../writing';

import { LockKeeper } from './lock-keeper';

/** File systems that know no hard links, such as those of some memory cards and network drives, say it in these ways. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Keeps a second run with the same configuration off while the first one works: both would find nothing, and both would
 * make everything. What a killed run leaves behind is recognized by its process, which is gone.
 *
 * @param work gets the lock file as it is from now on: another run may have written it until now
 * @throws CliError deploy_running, file_unwritable, lock_unreadable, lock_of_another_project
 */
export async function oneAtATime<T>(
  configFile: string,
  projectId: string,
  work: (keeper: LockKeeper) => Promise<T>,
): Promise<T> {
  const file = `${lockFileOf(configFile)}.pid`;
  const own = `${thisHost()} ${process.pid} ${randomName()}\n`;
  writing(() => claim(file, own));
  try {
    return await work(new LockKeeper(configFile, projectId));
  } finally {
    writing(() => {
      if (read(file) === own) rmSync(file, { force: true });
    });
  }
}

function claim(file: string, own: string): void {
  while (!hasTaken(file, own)) {
    const present = read(file);
    if (present !== undefined && isAtWork(present)) throw running(present, file);
    takeAway(file, present);
  }
}

/** @returns whether the name was free; the file is there with its content at once, since it is linked to its name when it is written */
function hasTaken(file: string, text: string): boolean {
  const beside = `${file}.${randomName()}`;
  writeFileSync(beside, text, { flag: 'wx' });
  try {
    linkSync(beside, file);
    return true;
  } catch (error) {
    const code = systemCodeOf(error) ?? '';
    if (code === 'EEXIST') return false;
    if (!NO_LINKS.includes(code)) throw error;
    return hasCreated(file, text);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** @returns whether the name was free, and nobody took the file for a damaged one in the moment before its content came */
function hasCreated(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    if (systemCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
  return read(file) === text;
}

/**
 * Takes a claim away whose owner is gone, or that is none; the one of somebody who was faster goes back.
 *
 * @throws CliError deploy_running where it can't, since yet another run has taken the name meanwhile
 */
function takeAway(file: string, text: string | undefined): void {
  const aside = `${file}.${randomName()}.old`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    const moved = read(aside);
    if (moved !== undefined && moved !== text && !hasTaken(file, moved)) throw running(moved, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @returns `undefined` when the file has just gone */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

interface Owner {
  host: string;
  pid: number;
}

/** @returns `undefined` for what is damaged: it is nobody's claim */
function ownerOf(claimed: string): Owner | undefined {
  const [, host, pid] = /^(\S+) (\d+) \w+\n$/.exec(claimed) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}

/** Of another machine's processes nothing can be told from here. */
function isAtWork(claimed: string): boolean {
  const owner = ownerOf(claimed);
  return owner !== undefined && (owner.host !== thisHost() || isAlive(owner.pid));
}

/** A container may give each run the same process id: our own is nobody else's. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return systemCodeOf(error) === 'EPERM';
  }
}

function running(claimed: string, file: string): CliError {
  const { host, pid } = ownerOf(claimed) ?? { host: 'an unknown machine', pid: 0 };
  const where = host === thisHost() ? `process ${pid}` : `process ${pid} on ${host}`;
  const message = `Another run with this configuration is at work (${where}). If it is not, delete ${file}.`;
  return new CliError('deploy_running', message);
}

function thisHost(): string {
  return hostname().replace(/\s/g, '-');
}

function randomName(): string {
  return randomBytes(4).toString('hex');
}
