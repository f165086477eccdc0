import { TransportError } from '../http';
import type { Transport } from '../http';

/** How many HTTP requests the platform allows an instance. */
export const REQUESTS_PER_INSTANCE = 5;

/** Counts an instance's requests, and reserves some for the steps that must not fail. */
export class RequestBudget {
  private spent = 0;

  get left(): number {
    return REQUESTS_PER_INSTANCE - this.spent;
  }

  /**
   * Makes a transport that refuses to go below `reserved` requests.
   *
   * @param reserved the number of requests reserved for others
   */
  limit(transport: Transport, reserved: number): Transport {
    return (request, timeoutMs) => {
      if (this.left <= reserved) return Promise.reject(new TransportError('network', 'REQUESTS_USED_UP'));
      this.spent += 1;
      return transport(request, timeoutMs);
    };
  }
}
