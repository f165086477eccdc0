import { isObject } from '../../../src/json';
import { readFileSync, rmSync } from 'node:fs';

import { isId } from '../api/shape';
import { CliError } from '../cli-error';
import { replaceFile, writing } from '../files';

import { lockKeys } from './keys';
import type { LockKeys } from './keys';

/** What is kept of a connection: its values can't be read back from the platform. */
export interface LockedConnection {
  /** A keyed hash of the fields, see `LockKeys`. */
  hash: string;
  /** As the platform reported it after our last change. */
  lastChanged: number;
}

/**
 * What `deploy` remembers beside the configuration file: ids and hashes, never a secret. It can be kept in version
 * control. Everything in it can be found again by name, except which things deploy created.
 */
export interface Lock {
  version: 1;
  projectId?: string;
  extensionId?: string;
  /** SHA-256 of the archive that was uploaded last. */
  extensionHash?: string;
  /** An upload that had not ended when its id was noted, and the hash of what it uploads. */
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
  /** Steps whose things deploy created, such as `function` or `connection:Access Token Store`. */
  made: string[];
  /** The step that was about to create something. If a run was killed there, the thing exists under its name only. */
  making?: string;
  /** Which API key signed the file. */
  keyId?: string;
}

/**
 * `valid`: deploy wrote every byte of it. `missing`: a lock file of 0.1.0, or somebody removed the signature.
 * `other_key`: another API key signed it, so that nobody can check it. In the last two cases nothing in it is trusted.
 */
export type Signature = 'valid' | 'missing' | 'other_key';

/** A lock file as it was read. */
export interface ReadLock {
  lock: Lock;
  /** @throws CliError lock_tampered */
  checkSignature: (keys: LockKeys) => Signature;
}

/** Some of them become parts of an address. */
const IDS = ['projectId', 'extensionId', 'flowId', 'endpointId', 'urlToken', 'functionId', 'salt', 'keyId'] as const;

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
export function readLock(configFile: string): ReadLock {
  const file = lockFileOf(configFile);
  const text = readText(file);
  if (text === undefined) return { lock: emptyLock(), checkSignature: () => 'missing' };
  const content = parse(text);
  if (!isObject(content) || content['version'] !== 1) {
    throw new CliError('lock_unreadable', `${file} is not a lock file that this version can read.`);
  }
  const { mac, ...signed } = content;
  const lock = { ...emptyLock(), ...(signed as Partial<Lock>) };
  if (!isWhole(lock)) throw new CliError('lock_unreadable', `${file} is damaged.`);
  const checkSignature = (keys: LockKeys): Signature => {
    if (mac === undefined) return 'missing';
    if (lock.keyId !== keys.keyId()) return 'other_key';
    if (mac === keys.sign(JSON.stringify(signed))) return 'valid';
    throw new CliError('lock_tampered', `Somebody or something other than deploy has changed ${file}: its signature does not match.`);
  };
  return { lock, checkSignature };
}

/**
 * Reads a lock file for a command that changes nothing.
 *
 * @returns the lock, and what its signature is worth, where the API key is known
 * @throws CliError lock_unreadable, lock_tampered
 */
export function readCheckedLock(configFile: string, apiKey: string | undefined): { lock: Lock; signature: Signature | undefined } {
  const { lock, checkSignature } = readLock(configFile);
  return { lock, signature: apiKey === undefined ? undefined : checkSignature(lockKeys(apiKey, lock.salt ?? '')) };
}

/** @throws CliError file_unwritable */
export function writeLock(configFile: string, lock: Lock, keys: LockKeys): void {
  const signed = { ...lock, keyId: keys.keyId() };
  const mac = keys.sign(JSON.stringify(signed));
  replaceFile(lockFileOf(configFile), `${JSON.stringify({ ...signed, mac }, null, 2)}\n`);
}

/** @throws CliError file_unwritable */
export function removeLock(configFile: string): void {
  writing(() => rmSync(lockFileOf(configFile), { force: true }));
}

/** Somebody may have edited it. */
function isWhole(lock: Lock): boolean {
  const { connectionIds, connections, made, extensionTask } = lock;
  return (
    IDS.every((key) => lock[key] === undefined || isId(lock[key])) &&
    ['undefined', 'string'].includes(typeof lock.making) &&
    (extensionTask === undefined || (isObject(extensionTask) && isId(extensionTask['id']))) &&
    isObject(connectionIds) &&
    Object.values(connectionIds).every(isId) &&
    isObject(connections) &&
    Object.values(connections).every((one: unknown) => isObject(one) && typeof one['hash'] === 'string') &&
    Array.isArray(made) &&
    made.every((step: unknown) => typeof step === 'string')
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
    // The parser's message would quote the file, and the caller says all there is to say.
    return undefined;
  }
}
