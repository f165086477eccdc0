import { isChainView } from './wire';
import type { Checkout, CheckoutRequest, ForgetRequest, Heartbeat, Lease, StoreView, TokenStore } from '../token-store';
import { EndpointClient, notInstalled, readStored } from './endpoint-client';

/** The protocol wants a number even from a heartbeat without tokens, which gets no lease. */
const NO_LEASE_MS = 1;

const LEASES: readonly Lease[] = ['granted', 'held', 'not_needed'];

/** The shared store behind a Cognigy Endpoint, for nodes and commands. Rejects as `EndpointClient` does. */
export class EndpointStore extends EndpointClient implements TokenStore {
  /** Session storage: the last write wins, with a delay. */
  readonly isAtomic = false;

  /** Reads a token and the chain's state, and changes neither. */
  async look(tokenName: string): Promise<StoreView> {
    const { members } = await this.operate({ op: 'read', tokenName, chain: true });
    const { chain } = members;
    const stored = readStored(members);
    if (chain !== undefined && chain !== null && !isChainView(chain)) throw notInstalled();
    return { ...stored, chain };
  }

  async checkout(request: CheckoutRequest): Promise<Checkout> {
    const { members } = await this.operate({ op: 'checkout', ...request });
    const lease = LEASES.find((candidate) => candidate === members['lease']);
    if (lease === undefined) throw notInstalled();
    return { ...readStored(members), lease, restartChain: members['restartChain'] === true };
  }

  async forget(request: ForgetRequest): Promise<boolean> {
    const { forgotten } = (await this.operate({ op: 'forget', ...request })).members;
    if (typeof forgotten !== 'boolean') throw notInstalled();
    return forgotten;
  }

  async heartbeat(heartbeat: Heartbeat): Promise<boolean> {
    return (await this.beat({ ...heartbeat, leaseMs: NO_LEASE_MS, tokens: [] })).continue;
  }

  close(): void {
    // Each request has its own connection.
  }
}
