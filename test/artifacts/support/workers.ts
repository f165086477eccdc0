import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import type { NodeResult } from '../../support/artifact-platform';
import { DIST } from '../../support/artifact-platform';

const EXTENSION = join(DIST, 'extension/build/module.js');
const WORKER = join(__dirname, 'execution-worker.mjs');

/** What one execution did. */
export interface WorkerOutcome {
  result: NodeResult;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  logs: string[];
  /** How many `api` calls it made. */
  calls: number;
  /** Unix milliseconds. */
  startedAt: number;
  endedAt: number;
}

export interface WorkerJob {
  type: 'getAccessToken' | 'refreshIfExpiring';
  config: object;
  context?: object;
}

interface Message {
  ready?: true;
  id: number;
  outcomes: WorkerOutcome[];
}

/** A process of its own that has the built extension loaded. */
export class Worker {
  private jobs = 0;
  private readonly waiting = new Map<number, (outcomes: WorkerOutcome[] | undefined) => void>();
  private readonly exited: Promise<void>;

  private constructor(private readonly child: ChildProcess) {
    this.exited = new Promise((resolve) => {
      child.once('exit', () => {
        for (const resolveJob of this.waiting.values()) resolveJob(undefined);
        resolve();
      });
    });
    child.on('message', ({ id, outcomes }: Message) => {
      this.waiting.get(id)?.(outcomes);
      this.waiting.delete(id);
    });
  }

  static async start(): Promise<Worker> {
    const child = fork(WORKER, [EXTENSION], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const worker = new Worker(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`A worker ended with exit code ${code}.`)));
    });
    return worker;
  }

  /**
   * Starts executions, all at the same moment.
   *
   * @param at Unix milliseconds
   * @returns `undefined` when the process was killed before they were done
   */
  run(node: WorkerJob, { count = 1, at = 0 }: { count?: number; at?: number } = {}): Promise<WorkerOutcome[] | undefined> {
    const id = (this.jobs += 1);
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, at, count, node });
    });
  }

  /** Ends the process at once, as the out-of-memory killer does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
