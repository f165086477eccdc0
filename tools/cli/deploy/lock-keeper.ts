import { randomBytes } from 'node:crypto';

import { CliError } from '../cli-error';
import { readLock, removeLock, writeLock } from '../lock';
import type { Lock } from '../lock';

const SALT_BYTES = 16;

/** The lock file during a run: each change of it is on the disk at once. */
export class LockKeeper {
  private current: Lock;

  /** @throws CliError lock_unreadable, lock_of_another_project */
  constructor(
    private readonly configFile: string,
    projectId: string,
  ) {
    const lock = readLock(configFile);
    if (lock.projectId !== undefined && lock.projectId !== projectId) {
      const message = `The lock file belongs to the project ${lock.projectId}, the configuration to ${projectId}.`;
      throw new CliError('lock_of_another_project', message);
    }
    this.current = { ...lock, projectId, salt: lock.salt ?? randomBytes(SALT_BYTES).toString('hex') };
  }

  get lock(): Readonly<Lock> {
    return this.current;
  }

  get salt(): string {
    return this.current.salt ?? '';
  }

  /** A member that is `undefined` goes. */
  update(changes: Partial<Record<keyof Lock, unknown>>): void {
    this.current = { ...this.current, ...(changes as Partial<Lock>) };
    writeLock(this.configFile, this.current);
  }

  /** Notes that something is about to be made, in case that nobody will be there to note that it was. */
  making(step: string): void {
    this.update({ making: step });
  }

  /** Notes that something was made, and what is known of it. */
  made(step: string, changes: Partial<Record<keyof Lock, unknown>> = {}): void {
    this.update({ ...changes, made: [...new Set([...this.current.made, step])], making: undefined });
  }

  hasMade(step: string): boolean {
    return this.current.made.includes(step);
  }

  /** Notes that what was made is gone. */
  gone(step: string, changes: Partial<Record<keyof Lock, unknown>> = {}): void {
    this.update({ ...changes, made: this.current.made.filter((one) => one !== step) });
  }

  remove(): void {
    removeLock(this.configFile);
  }
}

const CONNECTION = 'connection:';

/** @returns the step under which a connection is noted as made */
export function connectionStep(name: string): string {
  return `${CONNECTION}${name}`;
}

/** @returns the name of the connection that a step stands for; `undefined` for the other steps */
export function connectionName(step: string): string | undefined {
  return step.startsWith(CONNECTION) ? step.slice(CONNECTION.length) : undefined;
}
