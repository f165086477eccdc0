import { STATUS_CODES } from 'node:http';
import type { Request, Response } from 'express';
import { ApiError } from '../api-error';
import { sleep, type Clock } from '../clock';
import type { ManagementCall, ManagementControl } from './control';
import type { ManagementFault } from './faults';
import { toProblem } from './problem';
import type { Answer } from './route';

interface Underway {
  call: ManagementCall;
  fault: ManagementFault | undefined;
}

/** Logs the calls, and applies the hooks and the faults to them. */
export class Answering {
  private readonly calls = new WeakMap<Request, Underway>();

  constructor(
    private readonly control: ManagementControl,
    private readonly clock: Clock,
  ) {}

  /** Call it first. @returns false if the call ends here: its fault has answered it, or it never gets an answer */
  async begin(request: Request, response: Response): Promise<boolean> {
    const path = request.path.replace(/^\/new\/v2\.0(?=\/|$)/, '');
    const { call, fault } = this.control.begin(request.method, path, this.clock.now());
    this.calls.set(request, { call, fault });
    await this.control.beforeChange?.(call);
    if (fault === undefined || fault.when === 'after') return true;
    return !(await this.play(fault, call, request, response));
  }

  /** Sends the answer, or what the fault turns it into. */
  async send(request: Request, response: Response, answer: Answer): Promise<void> {
    const underway = this.calls.get(request);
    if (underway === undefined) throw new Error('a call is answered that never began');
    const { call, fault } = underway;
    await this.control.afterChange?.(call);
    if (fault?.when === 'after' && (await this.play(fault, call, request, response))) return;
    call.status = answer.status;
    response.status(answer.status);
    if (answer.body === undefined) response.end();
    else response.json(answer.body);
  }

  /** Applies a fault. @returns whether the call ends with it; after a delay alone, the call goes on */
  private async play(fault: ManagementFault, call: ManagementCall, request: Request, response: Response): Promise<boolean> {
    const { delayMs, hang, dropConnection, body, status = body === undefined ? undefined : 200, retryAfter } = fault;
    if (delayMs !== undefined) await sleep(this.clock, delayMs);
    if (hang === true) return true;
    if (dropConnection === true) {
      request.socket.destroy();
      return true;
    }
    if (status === undefined) return false;
    call.status = status;
    if (retryAfter !== undefined) response.set('Retry-After', String(retryAfter));
    if (body !== undefined) {
      response.status(status).type(body.startsWith('<') ? 'html' : 'json').send(body);
      return true;
    }
    const refusal = new ApiError(status, STATUS_CODES[status] ?? 'Error', fault.detail ?? 'a fault of the sandbox');
    response.status(status).json(toProblem(refusal, request.path));
    return true;
  }
}
