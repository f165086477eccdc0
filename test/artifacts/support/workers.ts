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
  /** Unix milliseconds of the worker's clock. */
  startedAt: number;
  endedAt: number;
  /** 1 for the execution that was the first to end, and so on. */
  place: number;
}

export interface WorkerJob {
  type: 'getAccessToken' | 'refreshIfExpiring';
  config: object;
  context?: object;
  /** How long after the others it starts, milliseconds of the worker's clock. */
  afterMs?: number;
}

export interface WorkerOptions {
  /** What its clock shows, Unix milliseconds. */
  now: number;
  /** Whether pauses are real, and its clock stands still. Otherwise they take no real time, and let the clock move. */
  pausesForReal?: boolean;
}

/** Shorter timers belong to connections: what executions wait for takes longer, milliseconds. */
const SHORTEST_PAUSE_MS = 101;
/** Longer than all pauses. */
const NO_PAUSE_MS = 1001;

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

  static async start({ now, pausesForReal = false }: WorkerOptions): Promise<Worker> {
    const shortestPauseMs = pausesForReal ? NO_PAUSE_MS : SHORTEST_PAUSE_MS;
    const child = fork(WORKER, [EXTENSION, String(now), String(shortestPauseMs)], { env: {}, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const worker = new Worker(child);
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`A worker ended with exit code ${code}.`)));
    });
    return worker;
  }

  /**
   * Runs executions, all at the same time.
   *
   * @param at what the worker's clock is put to, Unix milliseconds
   * @returns `undefined` when the process was killed before they were done
   */
  run(jobs: WorkerJob[], { at }: { at?: number } = {}): Promise<WorkerOutcome[] | undefined> {
    const id = (this.jobs += 1);
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, at, jobs });
    });
  }

  /** Ends the process at once, as the out-of-memory killer does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
