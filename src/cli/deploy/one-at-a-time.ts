import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

import { CliError } from '../cli-error';
import { lockFileOf } from '../lock';

/**
 * Keeps a second run with the same configuration off while the first one works: both would find nothing, and both would
 * make everything. What a killed run leaves behind is recognized by its process, which is gone.
 *
 * @throws CliError deploy_running
 */
export async function oneAtATime<T>(configFile: string, work: () => Promise<T>): Promise<T> {
  const file = `${lockFileOf(configFile)}.pid`;
  claim(file);
  try {
    return await work();
  } finally {
    if (readOwner(file) === process.pid) rmSync(file, { force: true });
  }
}

/** The file is there with its content at once, since it is linked to its name when it is written. */
function claim(file: string): void {
  const own = `${file}.${randomBytes(4).toString('hex')}`;
  writeFileSync(own, String(process.pid), { flag: 'wx' });
  try {
    while (!linked(own, file)) {
      const owner = readOwner(file);
      if (isAlive(owner)) {
        const message = `Another run with this configuration is at work (process ${owner}). If it is not, delete ${file}.`;
        throw new CliError('deploy_running', message);
      }
      takeAway(file, owner, `${own}.old`);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** @returns whether the name was free */
function linked(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a claim away whose owner is gone; the one of somebody who was faster goes back. */
function takeAway(file: string, owner: number, aside: string): void {
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readOwner(aside) !== owner) linked(aside, file);
  rmSync(aside, { force: true });
}

/** @returns a process id; 0 when the file has just gone */
function readOwner(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** A container may give each run the same process id: our own is nobody else's. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
