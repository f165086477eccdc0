import { isChainView } from './wire';
import type { Checkout, CheckoutRequest, ForgetRequest, Heartbeat, Lease, StoreView, TokenStore } from '../token-store';
import { EndpointClient, notInstalled, readStored } from './endpoint-client';

/** A heartbeat without tokens gets no lease, but the protocol requires a number. */
const NO_LEASE_MS = 1;

const LEASES: readonly Lease[] = ['granted', 'held', 'not_needed'];

/** The shared store behind a Cognigy Endpoint, as nodes and commands use it. Rejects as `EndpointClient` does. */
export class EndpointStore extends EndpointClient implements TokenStore {
  /** Session storage: the last write wins, and lands some time later. */
  readonly isAtomic = false;

  /** Reads a token and the state of the chain, without taking part in either. */
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
    // Each request has its own connection, so there is nothing to close.
  }
}
