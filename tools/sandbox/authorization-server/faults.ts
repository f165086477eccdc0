import type { ServerResponse } from 'node:http';
import { sleep, systemClock } from '../clock';
import type { AuthorizationServerFault } from './types';

export interface FaultAnswer {
  /** 0 when the connection is closed without an answer. */
  status: number;
  send(response: ServerResponse): void;
}

/** The faults that are set, and what they do to a request. */
export class Faults {
  private readonly byTarget = new Map<'token' | 'api', AuthorizationServerFault>();
  private requests = 0;

  set(fault: AuthorizationServerFault): void {
    this.byTarget.set(fault.target ?? 'token', fault);
    this.requests = 0;
  }

  clear(): void {
    this.byTarget.clear();
  }

  /** Waits as long as the fault says. Returns the answer that replaces the usual one, if any. */
  async next(target: 'token' | 'api'): Promise<FaultAnswer | undefined> {
    const fault = this.byTarget.get(target);
    if (fault === undefined) return undefined;
    if (fault.delayMs !== undefined) await sleep(systemClock, fault.delayMs);
    if (fault.answer !== undefined) {
      const { status, headers = {}, body = '' } = fault.answer;
      return answerWith(status, headers, body);
    }
    if (fault.down === 'refuse') return { status: 0, send: (response) => void response.destroy() };
    const status = this.failingStatus(fault);
    if (status === undefined) return undefined;
    const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
    const body = { error: 'temporarily_unavailable', error_description: 'out of order' };
    return answerWith(status, retryAfter, JSON.stringify(body));
  }

  private failingStatus({ down, failRate = 0 }: AuthorizationServerFault): number | undefined {
    if (typeof down === 'number') return down;
    if (down === true) return 503;
    const before = Math.floor(this.requests * failRate);
    this.requests += 1;
    return Math.floor(this.requests * failRate) > before ? 503 : undefined;
  }
}

function answerWith(status: number, headers: Record<string, string>, body: string): FaultAnswer {
  return {
    status,
    send: (response) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
    },
  };
}
