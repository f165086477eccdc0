import { readFileSync, rmSync, writeFileSync } from 'node:fs';

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
    rmSync(file, { force: true });
  }
}

function claim(file: string): void {
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = readOwner(file);
    if (isAlive(owner)) {
      const message = `Another run with this configuration is at work (process ${owner}). If it is not, delete ${file}.`;
      throw new CliError('deploy_running', message);
    }
    rmSync(file, { force: true });
  }
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
