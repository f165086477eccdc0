import { randomBytes } from 'node:crypto';

import { CliError } from '../cli-error';

import { lockKeys } from './keys';
import type { LockKeys } from './keys';
import { emptyLock, readLock, removeLock, writeLock } from '.';
import type { Lock, Signature } from '.';

const SALT_BYTES = 16;

type Changes = Partial<Record<keyof Lock, unknown>>;

/** The lock file during a run. Each change is signed and written to the disk at once. */
export class LockKeeper {
  readonly signature: Signature;
  readonly hashFields: LockKeys['hashFields'];
  private readonly keys: LockKeys;
  private current: Lock;

  /** @throws CliError lock_unreadable, lock_of_another_project, lock_tampered */
  constructor(
    private readonly configFile: string,
    { projectId, apiKey }: { projectId: string; apiKey: string },
  ) {
    const { lock, checkSignature } = readLock(configFile);
    if (lock.projectId !== undefined && lock.projectId !== projectId) {
      const message = `The lock file belongs to the project ${lock.projectId}, the configuration to ${projectId}.`;
      throw new CliError('lock_of_another_project', message);
    }
    const salt = lock.salt ?? randomBytes(SALT_BYTES).toString('hex');
    this.keys = lockKeys(apiKey, salt);
    this.hashFields = this.keys.hashFields;
    this.signature = checkSignature(this.keys);
    this.current = { ...lock, projectId, salt };
  }

  get lock(): Readonly<Lock> {
    return this.current;
  }

  /** A change to `undefined` removes the member. */
  update(changes: Changes): void {
    this.current = { ...this.current, ...(changes as Partial<Lock>) };
    writeLock(this.configFile, this.current, this.keys);
  }

  /** Notes that something is about to be created, because a run that is killed can't note it afterwards. */
  making(step: string): void {
    this.update({ making: step });
  }

  /** Notes that something was created, with its ids. */
  made(step: string, changes: Changes = {}): void {
    this.update({ ...changes, made: [...new Set([...this.current.made, step])], making: undefined });
  }

  /** Notes that something that deploy created is gone. */
  gone(step: string, changes: Changes = {}): void {
    this.update({ ...changes, made: this.current.made.filter((one) => one !== step) });
  }

  /** Removes the lock file after undeploy, or keeps only the extension in it, if deploy made that and it stays. */
  finish({ keepsExtension }: { keepsExtension: boolean }): void {
    const { made, projectId, salt, extensionId, extensionHash } = this.current;
    if (!keepsExtension || !made.includes('extension')) return removeLock(this.configFile);
    this.current = emptyLock();
    this.update({ projectId, salt, extensionId, extensionHash, made: ['extension'] });
  }
}

const CONNECTION = 'connection:';

/** @returns the step that stands for a connection among what was created */
export function connectionStep(name: string): string {
  return `${CONNECTION}${name}`;
}

/** @returns the name of the connection that a step stands for; `undefined` for any other step */
export function connectionName(step: string): string | undefined {
  return step.startsWith(CONNECTION) ? step.slice(CONNECTION.length) : undefined;
}
