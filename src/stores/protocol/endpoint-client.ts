import { AccessTokenError } from '../../errors';
import { isTransportError, noAnswer } from '../../http';
import type { HttpResponse, JsonObject, Transport } from '../../http';
import { isObject, readJsonObject } from '../../json';
import { isRefreshFailure, isTokenRecord } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import { isScheduleEntry } from './wire';
import type { BeatAnswer, BeatOperation, StoreOperation, TokenAlert } from './wire';
import type { CommitRequest, CommitResult, RefreshStore, ReleaseRequest, StoredToken } from '../token-store';

export interface EndpointStoreOptions {
  url: string;
  endpointSecret: string;
  transport: Transport;
  /** How long one request may take, milliseconds. Asked before each one. */
  timeoutMs: () => number;
}

interface Answer {
  status: number;
  members: JsonObject;
}

/**
 * The shared store behind a Cognigy Endpoint with the generated transformer, as far as a refresh needs it.
 *
 * All methods reject with store_unreachable, store_timeout (both transient), store_error, store_not_installed or
 * invalid_endpoint_secret.
 */
export class EndpointClient implements RefreshStore {
  readonly keepsRefreshTokens = true;

  constructor(private readonly options: EndpointStoreOptions) {}

  async read(tokenName: string): Promise<StoredToken> {
    const { members } = await this.operate({ op: 'read', tokenName });
    return readStored(members);
  }

  async commit(request: CommitRequest): Promise<CommitResult> {
    const { status, members } = await this.operate({ op: 'commit', ...request });
    if (status === 409) return { status: 'version_conflict', record: readRecord(members['record']) };
    if (typeof members['version'] !== 'number') throw notInstalled();
    return { status: 'committed', version: members['version'] };
  }

  async release(request: ReleaseRequest): Promise<void> {
    await this.operate({ op: 'release', ...request });
  }

  /** The chain's heartbeat, see `BeatOperation`. */
  async beat(request: Omit<BeatOperation, 'op'>): Promise<BeatAnswer> {
    const { members } = await this.operate({ op: 'beat', ...request });
    const { schedule, granted, alerts, now } = members;
    if (typeof members['continue'] !== 'boolean' || typeof now !== 'number') throw notInstalled();
    // The chain computes with these times. If one isn't a number, the chain would loop without a pause.
    if (!Array.isArray(schedule) || !schedule.every(isScheduleEntry)) throw notInstalled();
    return {
      continue: members['continue'],
      schedule,
      granted: isObject(granted)
        ? { tokenName: String(granted['tokenName']), record: readRecord(granted['record']) }
        : null,
      alerts: Array.isArray(alerts) ? (alerts as TokenAlert[]) : undefined,
      now,
    };
  }

  protected async operate(operation: StoreOperation): Promise<Answer> {
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

export function readStored(members: JsonObject): StoredToken {
  // A plain chat Endpoint also answers 200, but without a record.
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

export function notInstalled(status?: number): AccessTokenError {
  const answered = status === undefined ? '' : ` (HTTP ${status})`;
  return new AccessTokenError('store_not_installed', `The Endpoint does not answer as a token store${answered}.`, {
    status,
  });
}
