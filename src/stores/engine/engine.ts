import { AccessTokenError, toAccessTokenError } from '../../errors';
import { isForeign, isFromFuture, isGated } from '../../lifetime';
import type { TokenRecord, UnstoredRecord } from '../../lifetime';
import type { BeatAnswer, BeatOperation, ChainView, TokenAlert } from '../protocol/wire';
import type {
  Checkout,
  CheckoutRequest,
  CommitRequest,
  CommitResult,
  ForgetRequest,
  Heartbeat,
  Lease,
  ReleaseRequest,
  StoredToken,
  StoreView,
  TokenStore,
} from '../token-store';
import type { decideAlerts } from './alerts';
import { mostUrgent, scheduleEntry } from './beat';
import type { WatchedToken } from './beat';
import { claimRestart, electChain, hasPrecedence, readChainState, readRestartClaim } from './chain';
import { isLeftOver } from './forgotten';
import { needsRefresh } from './lease';
import type { Loaded, PartsOf, StoreKey, StorePort } from './port';
import { entryOf, keptOf, versionOf, withoutFailure } from './token-entry';
import type { TokenEntry } from './token-entry';

/** The chain rewrites a record at most this often, milliseconds. It assumes that a store remembers for longer than this. */
const WRITTEN_AGAIN_AFTER_MS = 600_000;
/** A record that is due sooner than this, milliseconds, gets rewritten by its refresh. */
const QUIET_MS = 60_000;
/** How many records one heartbeat has time to rewrite. */
const MOST_WRITTEN_AGAIN = 20;
/** How often a change is tried if others keep being faster. */
const MOST_TRIES = 20;

type LoadedToken = WatchedToken & { loaded: Loaded<`token:${string}`> };

/** What a heartbeat found. `watched` is `null` for a chain that must end. */
interface Beaten {
  watched: LoadedToken[] | null;
  due: LoadedToken | undefined;
  alerts?: TokenAlert[] | undefined;
  now: number;
}

/** What to write (`undefined`: nothing) and what to answer. */
interface Change<K extends StoreKey, T> {
  changes?: PartsOf<K> | undefined;
  answer: T;
}

/**
 * All rules of a token store, over a port that only loads and saves: who refreshes and who waits, what a commit may
 * replace, which chain is at work and who restarts it. All times follow the store's clock.
 *
 * All methods reject with the port's errors. Those that write also reject with store_error: for a record from the
 * future, or (transient) if others are faster every time.
 */
export class StoreEngine implements TokenStore {
  /** @param alerting decides about alerts when a chain asks for them; without it there are none */
  constructor(
    private readonly port: StorePort,
    private readonly alerting?: typeof decideAlerts,
  ) {}

  get keepsRefreshTokens(): boolean {
    return this.port.keepsRefreshTokens;
  }

  get isAtomic(): boolean {
    return this.port.isAtomic;
  }

  async read(tokenName: string): Promise<StoredToken> {
    const loaded = await this.port.load(keyOf(tokenName));
    const { record, failure } = entryOf(loaded);
    return { record, failure, now: loaded.now };
  }

  async look(tokenName: string): Promise<StoreView> {
    const [stored, loaded] = await Promise.all([this.read(tokenName), this.port.load('chain')]);
    return { ...stored, chain: chainView(loaded) };
  }

  async checkout({ tokenName, watchChain = false, ...request }: CheckoutRequest): Promise<Checkout> {
    const [checkout, restart] = await Promise.all([
      this.takeLease(tokenName, request),
      watchChain ? this.takeRestart() : undefined,
    ]);
    return restart === true ? { ...checkout, restartChain: true } : checkout;
  }

  async commit({ tokenName, owner, ifVersion, record }: CommitRequest): Promise<CommitResult> {
    return this.change(keyOf(tokenName), (loaded): Change<`token:${string}`, CommitResult> => {
      if (isFromFuture(record, loaded.now)) throw fromFuture();
      const stored = entryOf(loaded);
      const freed = this.freed(stored, owner);
      // An earlier try landed and only its answer was lost. Writing it again shows whether replicas have it.
      const landed = this.isAtomic && versionOf(stored) > ifVersion && isSameToken(stored.record, record) ? stored.record : null;
      if (landed !== null) return { changes: { record: withoutFailure(landed), ...freed }, answer: { status: 'committed', version: landed.version } };
      if (versionOf(stored) !== ifVersion || isLeftOver(stored, owner, loaded.now)) {
        return { changes: freed, answer: { status: 'version_conflict', record: stored.record } };
      }
      const version = Math.max(ifVersion, stored.forgotten.version) + 1;
      // The new version outdates the failure. If the lease is written anyway, the failure goes with it.
      const outdated = freed === undefined || stored.failure === undefined ? freed : { ...freed, failure: null };
      return { changes: { record: { ...record, version }, ...outdated }, answer: { status: 'committed', version } };
    }, { onUnsure: (result, warning) => (result.status === 'committed' ? { ...result, warning } : result) });
  }

  async release({ tokenName, owner, ifVersion, failure }: ReleaseRequest): Promise<void> {
    await this.change(keyOf(tokenName), (loaded) => {
      const stored = entryOf(loaded);
      const version = versionOf(stored);
      const isNoted = failure !== undefined && (ifVersion ?? version) === version;
      const noted = isNoted ? { failure: { ...keptOf(failure, stored.failure, loaded.now), version } } : undefined;
      const freed = this.freed(stored, owner);
      return { changes: noted ?? freed ? { ...freed, ...noted } : undefined, answer: undefined };
    });
  }

  /**
   * Removes a token with its refresh token, lease and failure. A refresh in progress can't commit any more. Versions
   * count on, so no late write brings the token back. If the port isn't atomic, a write that crosses this one may still
   * win.
   *
   * The next checkout starts from the settings. A configured refresh token counts as new, because the record that knew
   * it was used is gone.
   *
   * @returns whether there was a token for these settings, or one that names no settings; a token for others stays
   */
  async forget({ tokenName, boundTo }: ForgetRequest): Promise<boolean> {
    return this.change(keyOf(tokenName), (loaded): Change<`token:${string}`, boolean> => {
      const { record, forgotten } = entryOf(loaded);
      if (record !== null && isForeign(record, boundTo)) return { answer: false };
      // Raised even without a record, because somebody may be fetching the first one.
      const version = Math.max(versionOf({ record }), forgotten.version) + 1;
      return { changes: { record: null, lease: null, failure: null, forgotten: { version, at: loaded.now } }, answer: record !== null };
    });
  }

  async beat({ tokens, leaseMs, alerts: tells, ...heartbeat }: Omit<BeatOperation, 'op'>): Promise<BeatAnswer> {
    const { owner } = heartbeat;
    const { watched, due, alerts, now } = await this.change('chain', async (loaded): Promise<Change<'chain', Beaten>> => {
      const state = chainOf(loaded);
      const chain = electChain(state, heartbeat, loaded.now);
      if (chain === null) return { answer: { watched: null, due: undefined, now: loaded.now } };
      const watched = await Promise.all(
        tokens.map(async (wanted): Promise<LoadedToken> => {
          const entry = await this.port.load(keyOf(wanted.tokenName));
          return { ...wanted, ...entryOf(entry), loaded: entry };
        }),
      );
      const now = watched.reduce((latest, token) => Math.max(latest, token.loaded.now), loaded.now);
      const due = mostUrgent(watched, owner, now);
      const kept = watched.map((token) => ({ ...scheduleEntry(token, now), isDue: needsRefresh(token.record, token, now) }));
      const alerting = tells === true ? this.alerting : undefined;
      const { alerts, told } = alerting?.(state?.told, kept, now) ?? {};
      return { changes: { chain: { ...chain, granted: due?.tokenName, told } }, answer: { watched, due, alerts, now } };
    });
    if (watched === null) return { continue: false, schedule: [], granted: null, now };
    await this.writeAgain(watched, now);
    const lease = { owner, until: now + leaseMs };
    const isGranted = due !== undefined && (await this.port.save(keyOf(due.tokenName), { lease }, due.loaded.revision)) !== false;
    return {
      continue: true,
      schedule: watched.map((token) => scheduleEntry(token, now)),
      granted: isGranted ? { tokenName: due.tokenName, record: due.record } : null,
      ...(alerts === undefined ? {} : { alerts }),
      now,
    };
  }

  /**
   * Rewrites records that the store would forget otherwise. It skips those that are being refreshed or soon will be, so
   * that no old record replaces a newer one.
   */
  private async writeAgain(watched: readonly LoadedToken[], now: number): Promise<void> {
    const isQuiet = (token: LoadedToken) => token.lease === null && !needsRefresh(token.record, token, now + QUIET_MS);
    const old = watched.filter(({ loaded: { writtenAt = now } }) => now - writtenAt >= WRITTEN_AGAIN_AFTER_MS || writtenAt > now);
    const chosen = old.filter(isQuiet).slice(0, MOST_WRITTEN_AGAIN);
    await Promise.all(
      chosen.map(({ tokenName, record, loaded }) => this.port.save(keyOf(tokenName), { record: record && withoutFailure(record) }, loaded.revision)),
    );
  }

  async heartbeat(heartbeat: Heartbeat): Promise<boolean> {
    return (await this.beat({ ...heartbeat, leaseMs: 1, tokens: [] })).continue;
  }

  close(): void {
    this.port.close();
  }

  /**
   * Decides whether the caller gets the lease. While the last failure's `retryAt` lies ahead, the answer is `granted`
   * but no lease is written, because the caller would free it at once.
   */
  private async takeLease(
    tokenName: string,
    { owner, leaseMs, ...wanted }: Omit<CheckoutRequest, 'tokenName'>,
  ): Promise<Checkout> {
    const decide = async (loaded: Loaded<`token:${string}`>): Promise<Change<`token:${string}`, Checkout>> => {
      const { now } = loaded;
      const { record, lease, failure } = entryOf(loaded);
      const answer = (outcome: Lease): Checkout => ({ record, failure, now, lease: outcome });
      if (!needsRefresh(record, wanted, now)) return { answer: answer('not_needed') };
      const isHeld = lease !== null && lease.owner !== owner;
      if (isHeld || (await this.isChainsTurn(tokenName, owner))) return { answer: answer('held') };
      if (isGated(failure, wanted.settings, now)) return { answer: answer('granted') };
      return { changes: { lease: { owner, until: now + leaseMs } }, answer: answer('granted') };
    };
    // A caller that can't write the lease can't refresh, but can still use what is stored.
    return this.change(keyOf(tokenName), decide, { onRefused: (checkout, problem) => ({ ...checkout, lease: 'held', problem }) });
  }

  /** An atomic store grants a lease to one caller only, so there the chain needs no precedence. */
  private async isChainsTurn(tokenName: string, owner: string): Promise<boolean> {
    if (this.isAtomic) return false;
    const loaded = await this.port.load('chain');
    return hasPrecedence(chainOf(loaded), tokenName, owner, loaded.now);
  }

  /**
   * Lets one of the callers that see the chain is late restart it. If the claim can't be written, the restart is left
   * to others: the caller came for its token.
   */
  private async takeRestart(): Promise<boolean> {
    return this.change(
      'chain',
      (loaded): Change<'chain', boolean> => {
        const claim = claimRestart(chainOf(loaded), readRestartClaim(loaded.parts.restart, loaded.now), loaded.now);
        return claim === null ? { answer: false } : { changes: { restart: claim }, answer: true };
      },
      { onRefused: () => false },
    );
  }

  /**
   * The change that frees the owner's lease, if one must be written. In a store that isn't atomic it is written even if
   * no lease is seen: the owner's lease may still be on its way, and would then stay until it lapses.
   */
  private freed({ lease }: TokenEntry, owner: string): { lease: null } | undefined {
    const isOwn = lease === null ? !this.isAtomic : lease.owner === owner;
    return isOwn ? { lease: null } : undefined;
  }

  /**
   * Loads, decides and saves. Starts again if somebody else was faster.
   *
   * @param then.onRefused answers if the store can be read but not written; without it, the error is thrown
   * @param then.onUnsure answers if the written entry may still get lost; without it, nobody is told
   * @throws AccessTokenError the port's errors, and store_error (transient) if others are faster every time
   */
  protected async change<K extends StoreKey, T>(
    key: K,
    decide: (loaded: Loaded<K>) => Change<K, T> | Promise<Change<K, T>>,
    { onRefused, onUnsure }: Partial<Record<'onRefused' | 'onUnsure', (answer: T, problem: AccessTokenError) => T>> = {},
  ): Promise<T> {
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      const loaded = await this.port.load(key);
      const { changes, answer } = await decide(loaded);
      if (changes === undefined) return answer;
      try {
        const saved = await this.port.save(key, changes, loaded.revision);
        if (saved === true) return answer;
        if (saved !== false) return onUnsure === undefined ? answer : onUnsure(answer, saved);
      } catch (thrown) {
        if (onRefused === undefined) throw thrown;
        return onRefused(answer, toAccessTokenError(thrown));
      }
    }
    throw new AccessTokenError('store_error', 'The store is too busy: other writers kept getting ahead.', { transient: true });
  }
}

export function keyOf(tokenName: string): `token:${string}` {
  return `token:${tokenName}`;
}

function isSameToken(one: TokenRecord | null, { token, timestamp }: UnstoredRecord): boolean {
  return one?.timestamp === timestamp && one.token.access_token === token.access_token && one.token.refresh_token === token.refresh_token;
}

function chainOf({ parts, now }: Loaded<'chain'>) {
  return readChainState(parts.chain, now);
}

/** The part of the chain's state that others may see. Which chains ended and whose lease it holds stay in the store. */
function chainView(loaded: Loaded<'chain'>): ChainView | null {
  const state = chainOf(loaded);
  if (state === null) return null;
  const { chainId, hop, at, dueBy } = state;
  return { chainId, hop, at, dueBy };
}

export function fromFuture(): AccessTokenError {
  const message = 'The record is from the future, so the clock of its writer is wrong.';
  return new AccessTokenError('store_error', message, { field: 'timestamp' });
}
