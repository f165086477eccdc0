import { AccessTokenError } from '../../../src/errors';
import { EndpointStore } from '../../../src/stores/protocol/endpoint-store';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores/protocol/wire';
import type { StoreView } from '../../../src/stores/token-store';
import { withRetries } from '../api';
import type { Instance } from '../api';
import { CliError } from '../cli-error';

import { isRunning } from './found';
import type { Found } from './found';
import { knownIds } from './plan';
import type { Heartbeat } from './plan';
import type { Ids } from './wanted';
import type { Work } from './work';

/** A new transformer may take a moment until it answers. */
const LONGEST_STORE_WAIT_MS = 30_000;
const LONGEST_HEARTBEAT_WAIT_MS = 20_000;
const STORE_TIMEOUT_MS = 8_000;
const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 1_000;

/**
 * Starts the chain, once the store answers, and waits until it is heard.
 *
 * @throws ApiFailure; CliError store_silent, chain_failed
 */
export async function startChain(
  ids: Ids & { functionId: string },
  work: Work,
  runningBefore: readonly Instance[],
): Promise<void> {
  const { api } = work;
  const { functionId } = ids;
  const store = openStore(ids, work);
  const before = store === undefined ? undefined : await waitForStore(store, work);
  const known = new Set(runningBefore.map(({ id }) => id));
  const instanceId = await withRetries(
    () => api.triggerFunction(functionId),
    api.retry,
    // A second start of a lost request would be a second chain.
    async () => (await api.instances(functionId)).find((one) => isRunning(one) && !known.has(one.id))?.id,
  );
  const isHeard = await waitForHeartbeat({ functionId, instanceId, before }, store, work);
  if (isHeard) work.progress.note('The chain is running.');
  else work.progress.warn('The chain is started, but not heard of yet. Look after it with the command status.');
}

/**
 * Tells whether what runs is a chain that reports to the store. An instance that has just begun is given time for it.
 *
 * @returns `unknown` where the store does not tell
 */
export async function listenForChain(found: Found, work: Work): Promise<Heartbeat> {
  const store = openStore(knownIds(found), work);
  // A chain that refreshes by a Flow may report to another store.
  if (store === undefined || found.running.length === 0 || work.wanted.values.refreshBy === 'flow') return 'unknown';
  const { now, sleep } = work.surroundings;
  const newest = Math.max(...found.running.map(({ createdAt }) => createdAt));
  const end = now() + LONGEST_HEARTBEAT_WAIT_MS;
  for (let pause = FIRST_POLL_MS; ; pause = longer(pause)) {
    const view = await store.look().catch(passOver);
    if (view?.chain === undefined) return 'unknown';
    if (view.chain !== null && view.now < view.chain.dueBy) return 'on_time';
    const isYoung = view.now < newest + LONGEST_HEARTBEAT_WAIT_MS;
    if (!isYoung || now() >= end) return view.chain === null ? 'never' : 'late';
    await sleep(pause);
  }
}

interface Start {
  functionId: string;
  instanceId: string;
  /** The store before the chain was started. */
  before: StoreView | undefined;
}

async function waitForHeartbeat(start: Start, store: Store | undefined, work: Work): Promise<boolean> {
  const { functionId, instanceId, before } = start;
  const { api, redact, wanted } = work;
  // A Flow that refreshes may not be made yet, and an older store does not tell.
  const isMute = store === undefined || before?.chain === undefined || wanted.values.refreshBy === 'flow';
  const { now, sleep } = work.surroundings;
  const end = now() + LONGEST_HEARTBEAT_WAIT_MS;
  for (let pause = FIRST_POLL_MS; ; pause = longer(pause)) {
    const { status, error } = await api.readInstance(functionId, instanceId);
    if (status === 'error') {
      throw new CliError('chain_failed', `The Function's first instance failed: ${redact(error ?? 'no reason is given')}.`);
    }
    if (isMute) {
      if (status === 'active' || status === 'done') return true;
    } else {
      const view = await store.look().catch(passOver);
      if (view?.chain && view.chain.chainId !== before.chain?.chainId) return true;
    }
    if (now() >= end) return false;
    await sleep(pause);
  }
}

/** That the store does not answer is for `status` to tell. */
function passOver(error: unknown): undefined {
  if (!(error instanceof AccessTokenError)) throw error;
  return undefined;
}

interface Store {
  look: () => Promise<StoreView>;
}

/** @returns `undefined` where the tokens are kept in a store that can't be asked from here */
function openStore(ids: Ids, { wanted, surroundings }: Work): Store | undefined {
  const { endpointSecret, tokens } = wanted.values;
  const url = wanted.storeUrl(ids);
  if (endpointSecret === undefined || url === undefined) return undefined;
  const { transport } = surroundings;
  const store = new EndpointStore({ url, endpointSecret, transport, timeoutMs: () => STORE_TIMEOUT_MS });
  return { look: () => store.look(tokens?.[0]?.tokenName ?? DEFAULT_TOKEN_NAME) };
}

async function waitForStore(store: Store, { surroundings: { now, sleep } }: Work): Promise<StoreView> {
  const end = now() + LONGEST_STORE_WAIT_MS;
  for (let pause = FIRST_POLL_MS; ; pause = longer(pause)) {
    try {
      return await store.look();
    } catch (error) {
      if (!(error instanceof AccessTokenError)) throw error;
      if (now() < end) await sleep(pause);
      else throw new CliError('store_silent', `The store does not answer. ${error.message}`);
    }
  }
}

function longer(pauseMs: number): number {
  return Math.min(LONGEST_POLL_MS, pauseMs * 1.5);
}
