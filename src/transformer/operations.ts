import type { StoreRequest, UpdateRequest } from '../stores/parse-message';
import { needsRefresh } from '../stores/lease';
import type {
  BeatAnswer,
  ChainView,
  CheckoutAnswer,
  CheckoutOperation,
  CommitAnswer,
  CommitOperation,
  ReadAnswer,
  ReadOperation,
  ReleaseOperation,
  StoreError,
} from '../stores/protocol';
import type { Lease } from '../stores/token-store';
import { claimRestart, hasPrecedence } from '../stores/chain-state';
import type { ChainState } from '../stores/chain-state';
import { beat } from './beat';
import type { StoreEnvironment } from './platform';
import { fingerprint } from './secret';
import type { SessionToken, SessionTokens } from './session-tokens';

/** What goes back over HTTP. */
export interface StoreAnswer {
  status: number;
  body: object;
}

/** Carries out one operation whose sender has shown the secret. */
export async function carryOut(
  request: StoreRequest,
  tokens: SessionTokens,
  environment: StoreEnvironment,
): Promise<StoreAnswer> {
  switch (request.op) {
    case 'update':
      return update(request, tokens);
    case 'read':
      return ok(await read(request, tokens, environment));
    case 'checkout':
      return ok(await checkout(request, tokens, environment));
    case 'commit':
      return commit(request, tokens);
    case 'release':
      return release(request, tokens);
    case 'beat':
      return ok(await beat(request, tokens, environment));
  }
}

async function read(
  { tokenName, chain }: ReadOperation,
  tokens: SessionTokens,
  { now }: StoreEnvironment,
): Promise<ReadAnswer> {
  const answer = readAnswer(await tokens.load(tokenName), now());
  return chain === true ? { ...answer, chain: chainView(await tokens.loadChain()) } : answer;
}

async function update({ tokenName, record }: UpdateRequest, tokens: SessionTokens): Promise<StoreAnswer> {
  const stored = await tokens.loadRecord(tokenName);
  const version = (stored?.version ?? 0) + 1;
  await tokens.saveRecord(tokenName, { ...record, version });
  return ok({ version });
}

async function checkout(
  { tokenName, owner, leaseMs, refreshPercent, rejected, watchChain }: CheckoutOperation,
  tokens: SessionTokens,
  { crypto, now }: StoreEnvironment,
): Promise<CheckoutAnswer> {
  const token = await tokens.load(tokenName);
  const time = now();
  let lease: Lease = 'not_needed';
  if (needsRefresh(token.record, { refreshPercent, rejected }, time, (text) => fingerprint(text, crypto))) {
    const isFree = token.lease === null || token.lease.owner === owner;
    lease = isFree && !hasPrecedence(await tokens.loadChain(), tokenName, owner, time) ? 'granted' : 'held';
  }
  if (lease === 'granted') await tokens.saveLease(tokenName, { owner, until: time + leaseMs });
  const answer = { ...readAnswer(token, time), lease };
  return watchChain === true && (await takeRestart(tokens, time)) ? { ...answer, restartChain: true } : answer;
}

/** A chain that is late is started again by one of those who notice. */
async function takeRestart(tokens: SessionTokens, now: number): Promise<boolean> {
  const [chain, earlier] = await Promise.all([tokens.loadChain(), tokens.loadRestart()]);
  const claim = claimRestart(chain, earlier, now);
  if (claim !== null) await tokens.saveRestart(claim);
  return claim !== null;
}

async function commit(
  { tokenName, owner, ifVersion, record }: CommitOperation,
  tokens: SessionTokens,
): Promise<StoreAnswer> {
  const stored = await tokens.load(tokenName);
  const conflict = (stored.record?.version ?? 0) !== ifVersion;
  const version = ifVersion + 1;
  if (!conflict) await tokens.saveRecord(tokenName, { token: record.token, timestamp: record.timestamp, version });
  if (mayFree(stored, owner)) await tokens.saveLease(tokenName, null);
  if (!conflict) return ok({ version });
  const body: StoreError = { error: 'version_conflict', record: stored.record };
  return { status: 409, body };
}

async function release(
  { tokenName, owner, ifVersion, failure }: ReleaseOperation,
  tokens: SessionTokens,
): Promise<StoreAnswer> {
  const stored = await tokens.load(tokenName);
  const free = mayFree(stored, owner);
  const version = stored.record?.version ?? 0;
  if (failure !== undefined && (ifVersion ?? version) === version) {
    await tokens.saveFailure(tokenName, failure, version, free);
  } else if (free) {
    await tokens.saveLease(tokenName, null);
  }
  return ok({});
}

/**
 * Whether to write that the lease is free. Also where none is seen: the owner's own lease may still be
 * on its way into the storage, and would stay there for all its time.
 */
function mayFree({ lease }: SessionToken, owner: string): boolean {
  return lease === null || lease.owner === owner;
}

function readAnswer({ record, failure }: SessionToken, now: number): ReadAnswer {
  return record === null && failure !== undefined ? { record, failure, now } : { record, now };
}

/** What may be told of the chain: who ended before it, and whose lease it holds, is the store's own business. */
function chainView(state: ChainState | null): ChainView | null {
  if (state === null) return null;
  const { chainId, hop, at, dueBy } = state;
  return { chainId, hop, at, dueBy };
}

function ok(body: ReadAnswer | CommitAnswer | BeatAnswer | Record<string, never>): StoreAnswer {
  return { status: 200, body };
}
