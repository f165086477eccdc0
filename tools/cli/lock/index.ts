import { isObject } from '../../../src/json';
import { readFileSync, rmSync } from 'node:fs';

import { isId } from '../api/shape';
import { CliError } from '../cli-error';
import { replaceFile, writing } from '../files';

import { lockKeys } from './keys';
import type { LockKeys } from './keys';

/** What deploy remembers of a connection, because the platform never shows its values. */
export interface LockedConnection {
  /** A keyed hash of the fields, see `LockKeys`. */
  hash: string;
  /** As the platform reported it after our last change. */
  lastChanged: number;
}

/**
 * What `deploy` remembers in a file beside the configuration: ids and hashes, never a secret. You can keep it in version control. If it is
 * lost, deploy finds everything again by name, but nobody knows any more which things deploy created.
 */
export interface Lock {
  version: 1;
  projectId?: string;
  extensionId?: string;
  /** SHA-256 of the last archive that deploy uploaded. */
  extensionHash?: string;
  /** An upload that may still be running, with the hash of its archive. */
  extensionTask?: { id: string; hash: string };
  flowId?: string;
  endpointId?: string;
  urlToken?: string;
  functionId?: string;
  /** By name. */
  connectionIds: Record<string, string>;
  connections: Record<string, LockedConnection>;
  /** Random, in hexadecimal digits. It makes the hashes of two lock files differ even if their secrets are the same. */
  salt?: string;
  /** Steps whose things deploy created, such as `function` or `connection:Access Token Store`. */
  made: string[];
  /** The step that was about to create something. If the run was killed there, the thing may exist, and only its name is known. */
  making?: string;
  /** Identifies the API key that signed the file. */
  keyId?: string;
}

/**
 * `valid`: deploy wrote every byte of the file. `missing`: it is a lock file of 0.1.0, or somebody removed the signature. `other_key`:
 * another API key signed it, so the signature can't be checked. In the last two cases nothing in the file is trusted.
 */
export type Signature = 'valid' | 'missing' | 'other_key';

/** A lock file that was read. */
export interface ReadLock {
  lock: Lock;
  /** @throws CliError lock_tampered */
  checkSignature: (keys: LockKeys) => Signature;
}

/** Checked because some of them become parts of a URL. */
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
 * @returns the lock of a configuration file; an empty one if there is no lock file
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
 * @returns the lock; also the state of its signature if the API key is known
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

/** Checks the file's members: somebody may have edited it. */
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
    // The parser's message would quote the file. The caller reports the error.
    return undefined;
  }
}
