import { AccessTokenError } from '../../errors';
import { isTransportError, noAnswer } from '../../http';
import type { HttpResponse, JsonObject, Transport } from '../../http';
import { isObject, readJsonObject } from '../../json';
import { isRefreshFailure, isTokenRecord } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import { isChainView, isScheduleEntry } from './wire';
import type { BeatAnswer, BeatOperation, StoreOperation } from './wire';
import type {
  Checkout,
  CheckoutRequest,
  CommitRequest,
  CommitResult,
  Heartbeat,
  Lease,
  ReleaseRequest,
  StoredToken,
  TokenStore,
  StoreView,
} from '../token-store';

export interface EndpointStoreOptions {
  url: string;
  endpointSecret: string;
  transport: Transport;
  /** Milliseconds one request may take, asked before each. */
  timeoutMs: () => number;
}

interface Answer {
  status: number;
  members: JsonObject;
}

/** A heartbeat without tokens is granted none; the protocol asks for a number all the same. */
const NO_LEASE_MS = 1;

const LEASES: readonly Lease[] = ['granted', 'held', 'not_needed'];

/**
 * The shared store behind a Cognigy Endpoint with the generated transformer.
 *
 * All methods reject with store_unreachable or store_timeout (transient), store_error,
 * store_not_installed or invalid_endpoint_secret.
 */
export class EndpointStore implements TokenStore {
  readonly keepsRefreshTokens = true;
  /** Session storage: the last write wins, some time later. */
  readonly isAtomic = false;

  constructor(private readonly options: EndpointStoreOptions) {}

  async read(tokenName: string): Promise<StoredToken> {
    const { members } = await this.operate({ op: 'read', tokenName });
    return readStored(members);
  }

  /** Reads a token and how the chain is, without a part in either. */
  async look(tokenName: string): Promise<StoreView> {
    const { members } = await this.operate({ op: 'read', tokenName, chain: true });
    const { chain } = members;
    const stored = readStored(members);
    if (chain !== undefined && chain !== null && !isChainView(chain)) throw notInstalled();
    return { ...stored, chain };
  }

  async checkout(request: CheckoutRequest): Promise<Checkout> {
    const { rejected, watchChain, ...rest } = request;
    const { members } = await this.operate({
      op: 'checkout',
      ...rest,
      ...(rejected === undefined ? {} : { rejected }),
      ...(watchChain === true ? { watchChain } : {}),
    });
    const lease = LEASES.find((candidate) => candidate === members['lease']);
    if (lease === undefined) throw notInstalled();
    return { ...readStored(members), lease, restartChain: members['restartChain'] === true };
  }

  async commit(request: CommitRequest): Promise<CommitResult> {
    const { status, members } = await this.operate({ op: 'commit', ...request });
    if (status === 409) return { status: 'version_conflict', record: readRecord(members['record']) };
    if (typeof members['version'] !== 'number') throw notInstalled();
    return { status: 'committed', version: members['version'] };
  }

  async release({ tokenName, owner, ifVersion, failure }: ReleaseRequest): Promise<void> {
    await this.operate({
      op: 'release',
      tokenName,
      owner,
      ...(ifVersion === undefined ? {} : { ifVersion }),
      ...(failure === undefined ? {} : { failure }),
    });
  }

  async heartbeat({ first, ...heartbeat }: Heartbeat): Promise<boolean> {
    const beat = await this.beat({ ...heartbeat, ...(first === undefined ? {} : { first }), leaseMs: NO_LEASE_MS, tokens: [] });
    return beat.continue;
  }

  close(): void {
    // Each request has its own connection.
  }

  /** The chain's heartbeat, see `BeatOperation`. */
  async beat(request: Omit<BeatOperation, 'op'>): Promise<BeatAnswer> {
    const { members } = await this.operate({ op: 'beat', ...request });
    const { schedule, granted, now } = members;
    if (typeof members['continue'] !== 'boolean' || typeof now !== 'number') throw notInstalled();
    // The chain reckons with these times: one that is no number would set it going without a pause.
    if (!Array.isArray(schedule) || !schedule.every(isScheduleEntry)) throw notInstalled();
    return {
      continue: members['continue'],
      schedule,
      granted: isObject(granted)
        ? { tokenName: String(granted['tokenName']), record: readRecord(granted['record']) }
        : null,
      now,
    };
  }

  private async operate(operation: StoreOperation): Promise<Answer> {
    const { url, endpointSecret, transport, timeoutMs } = this.options;
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    try {
      const request = { method: 'POST', url, headers, body: { endpointSecret, tokenStore: operation } } as const;
      return readAnswer(await transport(request, timeoutMs()));
    } catch (thrown) {
      if (!isTransportError(thrown)) throw thrown;
      const code = thrown.kind === 'timeout' ? 'store_timeout' : 'store_unreachable';
      throw noAnswer(code, 'The store', thrown);
    }
  }
}

function readAnswer({ status, data }: HttpResponse): Answer {
  const members = readJsonObject(data);
  const error = members?.['error'];
  if (status === 401 && error === 'invalid_endpoint_secret') {
    throw new AccessTokenError('invalid_endpoint_secret', 'The store refused the Endpoint secret.', { status });
  }
  if (status === 400 && error === 'invalid_request') {
    const field = typeof members?.['field'] === 'string' ? members['field'].slice(0, 60) : 'unknown';
    throw new AccessTokenError('store_error', `The store refused the member "${field}".`, { status, field });
  }
  if (status >= 500 || status === 408 || status === 429) {
    throw new AccessTokenError('store_error', `The store answered HTTP ${status}.`, { status, transient: true });
  }
  const conflict = status === 409 && error === 'version_conflict';
  if (members === undefined || (status !== 200 && !conflict)) throw notInstalled(status);
  return { status, members };
}

function readStored(members: JsonObject): StoredToken {
  // A plain chat Endpoint answers 200 too, but knows no record.
  if (!('record' in members)) throw notInstalled();
  const { now } = members;
  if (typeof now !== 'number') throw notInstalled();
  const record = readRecord(members['record']);
  return { record, failure: record?.failure ?? readFailure(members['failure']), now };
}

function readRecord(value: unknown): TokenRecord | null {
  return isTokenRecord(value) ? value : null;
}

function readFailure(value: unknown): RefreshFailure | undefined {
  return isRefreshFailure(value) ? value : undefined;
}

function notInstalled(status?: number): AccessTokenError {
  const answered = status === undefined ? '' : ` (HTTP ${status})`;
  return new AccessTokenError('store_not_installed', `The Endpoint does not answer as a token store${answered}.`, {
    status,
  });
}
