import { AccessTokenError } from '../../errors';
import { expiresAt, isRefreshFailure, isTokenRecord } from '../../lifetime';
import type { RefreshFailure, TokenRecord } from '../../lifetime';
import { MOST_ENDED_CHAINS, RESTART_LEASE_MS } from '../chain-state';
import { isSealed } from '../record-cipher';
import type { RecordCipher } from '../record-cipher';
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
} from '../token-store';
import { CHECKOUT, COMMIT, HEARTBEAT, LARGEST_VERSION, READ, RELEASE } from './scripts';
import type { Script } from './scripts';

/** Runs one script; rejects with an `AccessTokenError` when Redis can't be used. */
export interface RedisClient {
  run(script: Script, keys: readonly string[], args: ReadonlyArray<string | number>): Promise<unknown>;
  close(): void;
}

export interface RedisStoreOptions {
  client: RedisClient;
  keyPrefix: string;
  /** Encrypts records; without it they lie in Redis as they are. */
  cipher: RecordCipher | undefined;
  /** Unix milliseconds. */
  now: () => number;
  fingerprint: (accessToken: string) => string;
}

/** What nobody can refresh or use any more is forgotten after this. */
const KEPT_AFTER_EXPIRY_MS = 7 * 24 * 3600 * 1000;
/** Redis refuses times beyond its range, and what the script wrote before that would stay. */
const LATEST_MS = Number.MAX_SAFE_INTEGER;

type Text = string | null;

/**
 * Tokens in Redis: each operation is one atomic script, and a commit replaces exactly the version its
 * owner has read, so that whoever lost the lease can't write over a newer token.
 */
export class RedisStore implements TokenStore {
  readonly keepsRefreshTokens = true;
  readonly isAtomic = true;
  /** Versions of records that turned out damaged: to their readers they are missing, version 0. */
  private readonly damaged = new Map<string, number>();

  constructor(private readonly options: RedisStoreOptions) {}

  async read(tokenName: string): Promise<StoredToken> {
    const answer = await this.options.client.run(READ, [this.keyOf(tokenName)], []);
    const [record, version, failure] = answer as [Text, Text, Text];
    return this.open(tokenName, record, version, failure);
  }

  async checkout(request: CheckoutRequest): Promise<Checkout> {
    const checkout = await this.tryCheckout(request);
    // What can't be read counts as missing, which the script can't know.
    if (checkout.record !== null || checkout.lease !== 'not_needed') return checkout;
    const again = await this.tryCheckout(request, this.damaged.get(request.tokenName));
    return { ...again, restartChain: checkout.restartChain === true || again.restartChain === true };
  }

  async commit({ tokenName, owner, ifVersion, record }: CommitRequest): Promise<CommitResult> {
    const { token, timestamp } = record;
    const replaced = ifVersion === 0 ? (this.damaged.get(tokenName) ?? 0) : ifVersion;
    const text = this.seal(tokenName, record);
    const forgetAt = token.refresh_token === undefined ? whenToForget(record) : 0;
    const args = [owner, replaced, text, timestamp, token.expires_in, this.options.fingerprint(token.access_token), forgetAt];
    const answer = await this.options.client.run(COMMIT, [this.keyOf(tokenName)], args);
    const [done, version, stored, failure] = answer as [number, number, Text?, Text?];
    if (done === 1) {
      this.damaged.delete(tokenName);
      return { status: 'committed', version };
    }
    const { record: current } = this.open(tokenName, stored ?? null, String(version), failure ?? null);
    return { status: 'version_conflict', record: current };
  }

  async release({ tokenName, owner, ifVersion, failure }: ReleaseRequest): Promise<void> {
    const replaced = ifVersion === 0 ? (this.damaged.get(tokenName) ?? 0) : (ifVersion ?? '');
    const args = [owner, failure === undefined ? '' : JSON.stringify(failure), replaced];
    await this.options.client.run(RELEASE, [this.keyOf(tokenName)], args);
  }

  async heartbeat({ chainId, hop, owner, beatWithinMs }: Heartbeat): Promise<boolean> {
    const args = [this.options.now(), chainId, hop, owner, beatWithinMs, MOST_ENDED_CHAINS];
    return (await this.options.client.run(HEARTBEAT, [this.chainKey], args)) === 1;
  }

  close(): void {
    this.options.client.close();
  }

  private async tryCheckout(
    { tokenName, owner, leaseMs, refreshPercent, rejected = '', watchChain = false }: CheckoutRequest,
    damagedVersion?: number,
  ): Promise<Checkout> {
    const patience = watchChain ? RESTART_LEASE_MS : 0;
    const args = [this.options.now(), owner, leaseMs, refreshPercent, rejected, damagedVersion ?? '', patience];
    const answer = await this.options.client.run(CHECKOUT, [this.keyOf(tokenName), this.chainKey], args);
    const [lease, restart, text, version, failureText] = answer as [Lease, number, Text, Text, Text];
    try {
      const { record, failure } = this.open(tokenName, text, version, failureText);
      return { record, failure, lease, restartChain: restart === 1 };
    } catch (thrown) {
      // Without its key nobody can refresh the token: the lease is for those who have the key.
      if (lease === 'granted') await this.release({ tokenName, owner });
      throw thrown;
    }
  }

  private keyOf(tokenName: string): string {
    return `${this.options.keyPrefix}token:${tokenName}`;
  }

  private get chainKey(): string {
    return `${this.options.keyPrefix}chain`;
  }

  private seal(tokenName: string, { token, timestamp }: CommitRequest['record']): string {
    const text = JSON.stringify({ token, timestamp });
    return this.options.cipher === undefined ? text : this.options.cipher.seal(text, tokenName);
  }

  private open(tokenName: string, text: Text, version: Text, failureText: Text): StoredToken {
    const failure = readFailure(failureText);
    const opened = text === null ? null : this.readRecord(tokenName, text, readVersion(version));
    if (text !== null && opened === null) this.damaged.set(tokenName, readVersion(version));
    const record = opened !== null && failure !== undefined ? { ...opened, failure } : opened;
    return { record, failure };
  }

  private readRecord(tokenName: string, text: string, version: number): TokenRecord | null {
    const { cipher } = this.options;
    if (cipher === undefined && isSealed(text)) {
      throw new AccessTokenError('encryption_key_unknown', `The record of "${tokenName}" is encrypted, and the connection has no key.`);
    }
    const plain = cipher === undefined ? text : cipher.open(text, tokenName);
    const { token, timestamp } = ((plain === null ? null : parseJson(plain)) ?? {}) as Partial<TokenRecord>;
    const record = { token, timestamp, version };
    return isTokenRecord(record) ? record : null;
  }
}

/** The rule is that of the scripts' `versionOf`. */
function readVersion(text: Text): number {
  const version = Number(text ?? '');
  return Number.isInteger(version) && version >= 0 && version < LARGEST_VERSION ? version : 0;
}

/** @returns Unix milliseconds */
function whenToForget(record: CommitRequest['record']): number {
  return Math.min(Math.ceil(expiresAt(record)) + KEPT_AFTER_EXPIRY_MS, LATEST_MS);
}

function readFailure(text: Text): RefreshFailure | undefined {
  const failure = text === null ? undefined : parseJson(text);
  return isRefreshFailure(failure) ? failure : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Damaged, which to a store is the same as missing.
    return undefined;
  }
}
