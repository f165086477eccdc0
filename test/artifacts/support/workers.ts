import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

import type { NodeResult } from '../../support/artifact-platform';
import { DIST } from '../../support/artifact-platform';

const EXTENSION = join(DIST, 'extension/build/module.js');
const WORKER = join(__dirname, 'execution-worker.mjs');

/** The outcome of one execution. */
export interface WorkerOutcome {
  result: NodeResult;
  /** Such as `OnSuccess`. */
  branch: string | undefined;
  logs: string[];
  /** How many `api` calls it made. */
  calls: number;
  /** Unix milliseconds by the worker's clock. */
  startedAt: number;
  endedAt: number;
  /** 1 for the execution that ended first, and so on. */
  place: number;
}

export interface WorkerJob {
  type: 'getAccessToken' | 'refreshIfExpiring';
  config: object;
  context?: object;
  /** How much later than the others it starts, milliseconds of the worker's clock. */
  afterMs?: number;
}

export interface WorkerOptions {
  /** The time of its clock, Unix milliseconds. */
  now: number;
  /** Whether pauses take real time and its clock stands still. Otherwise pauses take no real time and advance the clock. */
  pausesForReal?: boolean;
}

/** Shorter timers belong to connections, milliseconds. Executions wait longer than that. */
const SHORTEST_PAUSE_MS = 101;
/** Longer than all pauses. */
const NO_PAUSE_MS = 1001;

interface Message {
  ready?: true;
  id: number;
  outcomes: WorkerOutcome[];
}

/** A child process that has loaded the built extension. */
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
   * @param at sets the worker's clock, Unix milliseconds
   * @returns `undefined` if the process was killed before they ended
   */
  run(jobs: WorkerJob[], { at }: { at?: number } = {}): Promise<WorkerOutcome[] | undefined> {
    const id = (this.jobs += 1);
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.send({ id, at, jobs });
    });
  }

  /** Kills the process at once, as the out-of-memory killer does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }
}
