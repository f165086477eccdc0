import { TransportError } from '../http';
import type { Transport } from '../http';

/** How many outgoing HTTP requests the platform allows an instance. */
export const REQUESTS_PER_INSTANCE = 5;

/** Counts an instance's requests, and keeps some for work that must not fail for lack of one. */
export class RequestBudget {
  private spent = 0;

  get left(): number {
    return REQUESTS_PER_INSTANCE - this.spent;
  }

  /**
   * A transport that refuses to leave fewer than `reserved` requests.
   *
   * @param reserved requests kept for others
   */
  limit(transport: Transport, reserved: number): Transport {
    return (request, timeoutMs) => {
      if (this.left <= reserved) return Promise.reject(new TransportError('network', 'REQUESTS_USED_UP'));
      this.spent += 1;
      return transport(request, timeoutMs);
    };
  }
}
