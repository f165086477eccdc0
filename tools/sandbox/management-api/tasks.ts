import { ApiError } from '../api-error';
import { sleep, type Clock } from '../clock';
import { messageOf, type JsonObject } from '../json';
import type { LogBook } from '../log-book';
import type { SandboxOptions } from '../options';
import { readRoutes } from './crud';
import { EntityStore, type Entity } from './entities';
import type { Projects } from './projects';
import { NO_CONTENT, type ManagementResource } from './route';

export type TaskStatus = 'queued' | 'active' | 'done' | 'cancelling' | 'cancelled' | 'error';

interface TaskData {
  /** The kind of task. */
  name: string;
  data: JsonObject;
  status: TaskStatus;
  currentStep: number;
  totalStep: number;
  /** Why the status is `error`. */
  failReason: string;
  lastRunAt: string | null;
  lastFinishedAt: string | null;
}

export type Task = Entity<TaskData>;

/** How one task goes. */
export interface TaskPlan {
  /** How long it is queued, milliseconds. */
  queuedMs?: number;
  /** How long it is active before it does its work, milliseconds. */
  activeMs?: number;
  /** How it ends without doing its work. With `never` it stays active. */
  outcome?: 'error' | 'cancelled' | 'never';
  /** The reason of an `error`. */
  failReason?: string;
}

export interface TaskQueueInput {
  clock: Clock;
  options: Pick<SandboxOptions, 'taskQueuedMs' | 'taskActiveMs'>;
  logBook: LogBook;
  /** Tracks real input and output, so that virtual time stands still until it is done. */
  outside: <T>(work: Promise<T>) => Promise<T>;
}

/** Work that goes on after its request has been answered. */
export class TaskQueue {
  readonly tasks: EntityStore<TaskData>;
  private planned: TaskPlan[] = [];

  constructor(private readonly input: TaskQueueInput) {
    this.tasks = new EntityStore('task', input.clock);
  }

  planNext(plan: TaskPlan): void {
    this.planned.push(plan);
  }

  /** @param work makes the change. If it throws, the task gets the status `error`. */
  start(projectId: string, name: string, data: JsonObject, work: () => Promise<void>): Task {
    const [plan = {}, ...rest] = this.planned;
    this.planned = rest;
    const steps = { currentStep: 0, totalStep: 1, failReason: '', lastRunAt: null, lastFinishedAt: null };
    const task = this.tasks.add(projectId, { name, data, status: 'queued', ...steps });
    void this.run(task, plan, work);
    return task;
  }

  /** @throws ApiError 400 for a task that has ended */
  cancel(task: Task): void {
    if (task.status === 'queued' || task.status === 'active') this.tasks.change(task, { status: 'cancelling' });
    else if (task.status !== 'cancelling') throw new ApiError(400, 'Bad Request', `the task is ${task.status}`);
  }

  private async run(task: Task, plan: TaskPlan, work: () => Promise<void>): Promise<void> {
    const { clock, options } = this.input;
    await sleep(clock, plan.queuedMs ?? options.taskQueuedMs);
    if (this.endIfCancelled(task)) return;
    this.tasks.change(task, { status: 'active', lastRunAt: this.timestamp() });
    await sleep(clock, plan.activeMs ?? options.taskActiveMs);
    if (this.endIfCancelled(task) || plan.outcome === 'never') return;
    if (plan.outcome === 'cancelled') this.end(task, 'cancelled');
    else if (plan.outcome === 'error') this.end(task, 'error', plan.failReason ?? 'a fault of the sandbox');
    else await this.work(task, work);
  }

  private async work(task: Task, work: () => Promise<void>): Promise<void> {
    try {
      await this.input.outside(work());
      this.end(task, 'done');
    } catch (error) {
      const reason = error instanceof ApiError ? error.detail : messageOf(error);
      this.input.logBook.add(`task:${task.name}`, 'error', reason);
      this.end(task, 'error', reason);
    }
  }

  private endIfCancelled(task: Task): boolean {
    if (task.status !== 'cancelling') return false;
    this.end(task, 'cancelled');
    return true;
  }

  private end(task: Task, status: TaskStatus, failReason = ''): void {
    const currentStep = status === 'done' ? task.totalStep : task.currentStep;
    this.tasks.change(task, { status, failReason, currentStep, lastFinishedAt: this.timestamp() });
  }

  private timestamp(): string {
    return new Date(this.input.clock.now()).toISOString();
  }
}

/** The task as in the answer to the call that made it (`ICreatedTask_2_0`). */
export function createdTask({ _id, status, name, data, createdAt, lastChanged }: Task): JsonObject {
  return { _id, status, type: name, parameters: data, createdAt, lastChangedAt: lastChanged };
}

export function tasksResource(queue: TaskQueue, projects: Projects): ManagementResource {
  const store = queue.tasks;
  return {
    path: 'tasks',
    routes: [
      ...readRoutes({ store, projects }),
      {
        method: 'post',
        path: '/:id/cancel',
        answer: ({ params }) => {
          queue.cancel(store.find(params.id));
          return NO_CONTENT;
        },
      },
    ],
  };
}
