import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';

import { CliError } from '../cli-error';
import { systemCodeOf, writing } from '../files';

import { lockFileOf } from '.';

/** How file systems without hard links, such as those of memory cards and network drives, refuse one. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];
const HOST = hostname().replace(/\s/g, '-');

/**
 * Keeps a second run with the same configuration from starting while the first one works: both would find nothing, and
 * both would create everything. The claim names its process, so the claim of a killed run is recognized.
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

/** @returns whether the name was free. The claim is linked to its name, so it never exists without its content. */
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

/** @returns whether the name was free, and nobody took the file for a damaged one before its content was there */
function hasCreated(file: string, text: string): boolean {
  const wasFree = unlessCode('EEXIST', () => {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  });
  return wasFree === true && read(file) === text;
}

/**
 * Removes a claim that is damaged, or whose process is gone. The claim of a run that was faster is put back.
 *
 * @throws CliError deploy_running when it can't be put back, because yet another run has taken the name
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

/** @returns `undefined` when the file has just gone */
function read(file: string): string | undefined {
  return unlessCode('ENOENT', () => readFileSync(file, 'utf8'));
}

/** @returns `undefined` where the operating system refuses with this code */
function unlessCode<T>(code: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (systemCodeOf(error) === code) return undefined;
    throw error;
  }
}

/** @returns `undefined` for a damaged claim: it belongs to nobody */
function ownerOf(claimed: string): { host: string; pid: number } | undefined {
  const [, host, pid] = /^(\S+) (\d+) \w+\n$/.exec(claimed) ?? [];
  return host === undefined ? undefined : { host, pid: Number(pid) };
}

/** Nobody here can look at another machine's processes. */
function isAtWork(claimed: string): boolean {
  const owner = ownerOf(claimed);
  return owner !== undefined && (owner.host !== HOST || isAlive(owner.pid));
}

/** Containers may give each run the same process id: our own belongs to nobody else. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists, and belongs to somebody else.
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
