import { FaultPlan, type ManagementFault } from './faults';
import type { Projects } from './projects';
import type { TaskPlan, TaskQueue } from './tasks';

/** A logged call of the management API, without headers, query and body. */
export interface ManagementCall {
  /** Counts from 1 since the log was emptied. */
  number: number;
  /** Unix milliseconds. */
  at: number;
  method: string;
  /** Below `/new/v2.0`, without the query. */
  path: string;
  /** HTTP status of the answer. Absent if there is none, or none yet. */
  status?: number;
}

export type CallHook = (call: ManagementCall) => void | Promise<void>;

/** What tests see of the management API and can do to it. */
export class ManagementControl {
  /** All calls, in order. Set its length to 0 to empty the log. */
  readonly calls: ManagementCall[] = [];
  /** Awaited before anything is changed. */
  beforeChange: CallHook | undefined;
  /** Awaited after the change, before the answer is sent. A client that ends here never learns of the change. */
  afterChange: CallHook | undefined;
  private readonly faults = new FaultPlan();

  constructor(
    private readonly projects: Projects,
    private readonly tasks: TaskQueue,
  ) {}

  /** Makes calls fail, come late, or get no answer. @returns removes the fault */
  setFault(fault: ManagementFault): () => void {
    return this.faults.add(fault);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  /** Decides how the next new task goes. Later tasks go on as usual. */
  nextTask(plan: TaskPlan): void {
    this.tasks.planNext(plan);
  }

  /** @returns the id of a new project */
  addProject(name: string): string {
    return this.projects.add(name)._id;
  }

  /** Logs a call; only the API itself calls this. @param at Unix milliseconds */
  begin(method: string, path: string, at: number): { call: ManagementCall; fault: ManagementFault | undefined } {
    const call: ManagementCall = { number: this.calls.length + 1, at, method, path };
    this.calls.push(call);
    return { call, fault: this.faults.next(method, path) };
  }
}
