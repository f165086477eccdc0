import { fork, type ChildProcess } from 'node:child_process';
import type { HostAnswer, HostCommand, HostMessage } from './protocol';

export type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;

/** Where extensions run. */
export interface ExtensionHost {
  /** Resolves when the host can take commands. Rejects if it ends before that. */
  readonly ready: Promise<void>;
  readonly isGone: boolean;
  /** Sends a command. Rejects if the host ends before it answers. */
  ask(command: WithoutId<HostCommand>): Promise<HostAnswer>;
  /** Ends the host at once, and waits until it has ended. */
  kill(): Promise<void>;
}

/** @param onConsole gets what extensions write to their console */
export type StartExtensionHost = (onConsole: (level: string, text: string) => void) => ExtensionHost;

interface Pending {
  resolve: (answer: HostAnswer) => void;
  reject: (error: Error) => void;
}

/** The parent's side of a child process for extensions. */
export class ExtensionProcess implements ExtensionHost {
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, Pending>();
  private commands = 0;
  private gone = false;

  /**
   * @param hostPath the bundled `extension-host.js`
   * @param onConsole gets what the extension writes to its console
   */
  constructor(hostPath: string, onConsole: (level: string, text: string) => void) {
    this.child = fork(hostPath, [], { env: {}, execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.child.stdout?.on('data', (data: Buffer) => onConsole('stdout', data.toString('utf8')));
    this.child.stderr?.on('data', (data: Buffer) => onConsole('stderr', data.toString('utf8')));
    this.ready = new Promise((resolve, reject) => {
      this.child.on('message', (message: HostMessage) => {
        if (message.kind === 'ready') resolve();
        else if (message.kind === 'console') onConsole(message.level, message.text);
        else this.settle(message);
      });
      const lost = (reason: string): void => {
        const error = new Error(reason);
        this.gone = true;
        reject(error);
        for (const { reject: rejectCommand } of this.pending.values()) rejectCommand(error);
        this.pending.clear();
      };
      this.child.on('error', (error) => lost(error.message));
      this.child.on('exit', () => lost('the process of the extension ended'));
    });
    // If the child fails before its first command, that command reports it.
    this.ready.catch(() => undefined);
  }

  get isGone(): boolean {
    return this.gone;
  }

  async ask(command: WithoutId<HostCommand>): Promise<HostAnswer> {
    await this.ready;
    const id = ++this.commands;
    return new Promise((resolve, reject) => {
      if (this.gone) {
        reject(new Error('the process of the extension ended'));
        return;
      }
      this.pending.set(id, { resolve, reject });
      this.child.send({ ...command, id });
    });
  }

  async kill(): Promise<void> {
    if (this.gone) return;
    const exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await exited;
  }

  private settle(answer: HostAnswer): void {
    const pending = this.pending.get(answer.id);
    this.pending.delete(answer.id);
    pending?.resolve(answer);
  }
}
