import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { CliError } from '../cli-error';
import { systemCodeOf, writing } from '../files';

import { lockFileOf } from '.';

/** Error codes of file systems without hard links, such as memory cards and network drives. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
const HOST = hostname().replace(/\s/g, '-');

/**
 * Lets only one run at a time work with a configuration: two would both find nothing, and both create everything. The claim file names
 * its process, so the claim of a killed run is recognized.
 *
 * @throws CliError deploy_running, file_unwritable; whatever the work throws
 */
export async function oneAtATime<T>(configFile: string, work: () => Promise<T>): Promise<T> {
  const file = `${lockFileOf(configFile)}.pid`;
  const own = `${HOST} ${process.pid} ${randomName()}\n`;
  writing(() => {
    while (!hasTaken(file, own)) {
      const present = read(file);
      if (present !== undefined && isAtWork(present)) throw running(present, file);
      takeAway(file, present);
    }
  });
  try {
    return await work();
  } finally {
    writing(() => {
      if (read(file) === own) rmSync(file, { force: true });
    });
  }
}

/** @returns whether the name was free. The finished claim is linked to its name, so nobody ever sees it empty */
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

/** @returns whether the name was free, and no other run removed the file as damaged before its content was written */
function hasCreated(file: string, text: string): boolean {
  const wasFree = unlessCode('EEXIST', () => {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  });
  return wasFree === true && read(file) === text;
}

/**
 * Removes a claim that is damaged or left by a dead process. If another run has replaced it meanwhile, that claim is put back.
 *
 * @throws CliError deploy_running if it can't be put back because yet another run has taken the name
 */
function takeAway(file: string, text: string | undefined): void {
  const aside = `${file}.${randomName()}.old`;
  unlessCode('ENOENT', () => renameSync(file, aside));
  try {
    const moved = read(aside);
    if (moved !== undefined && moved !== text && !hasTaken(file, moved)) throw running(moved, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @returns `undefined` if the file has just been removed */
function read(file: string): string | undefined {
  return unlessCode('ENOENT', () => readFileSync(file, 'utf8'));
}

/** @returns `undefined` if the operating system refuses with this code */
function unlessCode<T>(code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (systemCodeOf(error) === code) return undefined;
    throw error;
  }
}

/** @returns `undefined` for a damaged claim, which belongs to nobody */
function ownerOf(claimed: string): { host: string; pid: number } | undefined {
  const [, host, pid] = /^(\S+) (\d+) \w+\n$/.exec(claimed) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}

/** Processes of another machine can't be checked, so they count as alive. */
function isAtWork(claimed: string): boolean {
  const owner = ownerOf(claimed);
  return owner !== undefined && (owner.host !== HOST || isAlive(owner.pid));
}

/** Containers may give each run the same process id, so a claim with our own id is a former run's. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return systemCodeOf(error) === 'EPERM';
  }
}

function running(claimed: string, file: string): CliError {
  const { host, pid } = ownerOf(claimed) ?? { host: 'an unknown machine', pid: 0 };
  const where = host === HOST ? `process ${pid}` : `process ${pid} on ${host}`;
  const message = `Another run with this configuration is at work (${where}). If it is not, delete ${file}.`;
  return new CliError('deploy_running', message);
}

function randomName(): string {
  return randomBytes(4).toString('hex');
}
