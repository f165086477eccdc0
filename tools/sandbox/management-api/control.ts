import { FaultPlan, type ManagementFault } from './faults';
import type { Projects } from './projects';
import type { TaskPlan, TaskQueue } from './tasks';

/** A call of the management API, as the log keeps it: nothing of its headers, its query or its body. */
export interface ManagementCall {
  /** From 1, since the log was emptied. */
  number: number;
  /** Unix milliseconds. */
  at: number;
  method: string;
  /** Below `/new/v2.0`, without the query. */
  path: string;
  /** Of the answer; absent when there was none (yet). */
  status?: number;
}

export type CallHook = (call: ManagementCall) => void | Promise<void>;

/** What tests see of the management API and can do to it. */
export class ManagementControl {
  /** All calls in order; set its length to 0 to count anew. */
  readonly calls: ManagementCall[] = [];
  /** Waited for before anything is changed. */
  beforeChange: CallHook | undefined;
  /** Waited for after the change was made, before the answer leaves: a client that ends here never hears of it. */
  afterChange: CallHook | undefined;
  private readonly faults = new FaultPlan();

  constructor(
    private readonly projects: Projects,
    private readonly tasks: TaskQueue,
  ) {}

  /** Makes calls fail, late or unanswered. @returns takes the fault away again */
  setFault(fault: ManagementFault): () => void {
    return this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** What becomes of the next task that is made; the ones after it go on as usual. */
  nextTask(plan: TaskPlan): void {
    this.tasks.planNext(plan);
  }

  /** @returns the id of a new project */
  addProject(name: string): string {
    return this.projects.add(name)._id;
  }

  /** For the API itself: notes a call down. @param at Unix milliseconds */
  begin(method: string, path: string, at: number): { call: ManagementCall; fault: ManagementFault | undefined } {
    const call: ManagementCall = { number: this.calls.length + 1, at, method, path };
    this.calls.push(call);
    return { call, fault: this.faults.next(method, path) };
  }
}
