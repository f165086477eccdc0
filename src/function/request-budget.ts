import { TransportError } from '../http';
import type { Transport } from '../http';

/** Outgoing HTTP requests the platform allows an instance. */
export const REQUESTS_PER_INSTANCE = 5;

/** Counts an instance's requests, and keeps some back for what must not fail for want of one. */
export class RequestBudget {
  private spent = 0;

  get left(): number {
    return REQUESTS_PER_INSTANCE - this.spent;
  }

  /**
   * A transport that refuses to go below `reserved` requests.
   *
   * @param reserved the requests that are kept back for others
   */
  limit(transport: Transport, reserved: number): Transport {
    return (request, timeoutMs) => {
      if (this.left <= reserved) return Promise.reject(new TransportError('network', 'REQUESTS_USED_UP'));
      this.spent += 1;
      return transport(request, timeoutMs);
    };
  }
}
