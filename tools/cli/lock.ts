import { readFileSync, rmSync } from 'node:fs';

import { CliError } from './cli-error';
import { isObject } from './read-object';
import { replaceFile } from './replace-file';
import { writing } from './writing';

/** What is kept of a connection: its values can't be read back from the platform. */
export interface LockedConnection {
  /** A keyed hash of the fields, see `fieldsHash`. */
  hash: string;
  /** As the platform told after the last change that was ours. */
  lastChanged: number;
}

/**
 * What `deploy` remembers beside the configuration file: ids and hashes, never a secret. It can be kept in version
 * control. Everything in it can be found again by name when it is lost, but for what it is that deploy made.
 */
export interface Lock {
  version: 1;
  projectId?: string;
  extensionId?: string;
  /** SHA-256 of the archive that was uploaded last. */
  extensionHash?: string;
  /** An upload that was not over when its id was noted, and the hash of what it uploads. */
  extensionTask?: { id: string; hash: string };
  flowId?: string;
  endpointId?: string;
  urlToken?: string;
  functionId?: string;
  /** By name. */
  connectionIds: Record<string, string>;
  connections: Record<string, LockedConnection>;
  /** Random, in hexadecimal digits: two lock files with the same secrets have different hashes. */
  salt?: string;
  /** Steps whose things deploy has made, such as `function` or `connection:Access Token Store`. */
  made: string[];
  /** The step that was about to make something: what it made is there by its name, though nobody heard of it. */
  making?: string;
}

/** @returns the path of the lock file that belongs to a configuration file */
export function lockFileOf(configFile: string): string {
  return `${baseOf(configFile)}.lock.json`;
}

/** @returns the path of a configuration file without its `.json` */
export function baseOf(configFile: string): string {
  return configFile.replace(/\.json$/i, '');
}

export function emptyLock(): Lock {
  return { version: 1, connectionIds: {}, connections: {}, made: [] };
}

/**
 * @returns what is locked for a configuration file; an empty lock when there is no file
 * @throws CliError lock_unreadable
 */
export function readLock(configFile: string): Lock {
  const file = lockFileOf(configFile);
  const text = readText(file);
  if (text === undefined) return emptyLock();
  const content = parse(text);
  if (!isObject(content) || content['version'] !== 1) {
    throw new CliError('lock_unreadable', `${file} is not a lock file that this version can read.`);
  }
  const lock = { ...emptyLock(), ...(content as Partial<Lock>) };
  if (!isWhole(lock)) throw new CliError('lock_unreadable', `${file} is damaged.`);
  return lock;
}

/** @throws CliError file_unwritable */
export function writeLock(configFile: string, lock: Lock): void {
  replaceFile(lockFileOf(configFile), `${JSON.stringify(lock, null, 2)}\n`);
}

/** @throws CliError file_unwritable */
export function removeLock(configFile: string): void {
  writing(() => rmSync(lockFileOf(configFile), { force: true }));
}

/** Hands may have been at it. */
function isWhole({ salt, connectionIds, connections, made }: Lock): boolean {
  return (
    (salt === undefined || typeof salt === 'string') &&
    isObject(connectionIds) &&
    Object.values(connectionIds).every((id) => typeof id === 'string') &&
    isObject(connections) &&
    Object.values(connections).every((one: unknown) => isObject(one) && typeof one['hash'] === 'string') &&
    Array.isArray(made)
  );
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'ENOENT') return undefined;
    throw new CliError('lock_unreadable', `${file} can't be read (${code}).`);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says would quote the file, and the caller says all there is to say.
    return undefined;
  }
}
