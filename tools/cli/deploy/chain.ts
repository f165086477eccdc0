import { AccessTokenError } from '../../../src/errors';
import { EndpointStore } from '../../../src/stores/protocol/endpoint-store';
import { DEFAULT_TOKEN_NAME } from '../../../src/stores/protocol/wire';
import type { StoreView } from '../../../src/stores/token-store';
import { withRetries } from '../api';
import type { Instance } from '../api';
import { CliError } from '../cli-error';

import { isRunning, knownIds } from './actual-state';
import type { ActualState } from './actual-state';
import type { Ids } from './desired-state';
import type { Heartbeat } from './plan';
import { poll } from './run';
import type { DeployRun, Patience } from './run';

/** It may take a moment until a new transformer answers. */
const STORE_PATIENCE: Patience = { totalMs: 30_000, longestPauseMs: 1_000 };
const HEARTBEAT_PATIENCE: Patience = { totalMs: 20_000, longestPauseMs: 1_000 };
const STORE_TIMEOUT_MS = 8_000;

/**
 * Starts the chain once the store answers, and waits for its first heartbeat.
 *
 * @throws ApiFailure; CliError store_silent, chain_failed
 */
export async function startChain(
  ids: Ids & { functionId: string },
  run: DeployRun,
  runningBefore: readonly Instance[],
): Promise<void> {
  const { api, progress } = run;
  const { functionId } = ids;
  const look = storeLook(ids, run);
  const before = look && (await waitForStore(look, run));
  const known = new Set(runningBefore.map(({ id }) => id));
  const instanceId = await withRetries(
    () => api.triggerFunction(functionId),
    api.retry,
    // If a lost request started an instance after all, a retry would start a second chain.
    async () => (await api.instances(functionId)).find((one) => isRunning(one) && !known.has(one.id))?.id,
  );
  const isHeard = await waitForHeartbeat({ functionId, instanceId, before }, look, run);
  if (isHeard) progress.note('The chain is running.');
  else progress.warn('The chain was started, but has not reported yet. Check it with the command status.');
}

/**
 * Finds out whether a running instance is a chain that reports to the store. If an instance has just started, it waits for the first
 * heartbeat.
 *
 * @returns `unknown` if the store can't tell
 */
export async function listenForChain(actual: ActualState, run: DeployRun): Promise<Heartbeat> {
  const look = storeLook(knownIds(actual), run);
  // A chain that refreshes by a Flow may report to another store.
  if (look === undefined || actual.running.length === 0 || run.values.refreshBy === 'flow') return 'unknown';
  const newest = Math.max(...actual.running.map(({ createdAt }) => createdAt));
  let silence: Heartbeat = 'unknown';
  return poll<Heartbeat>(
    run.context,
    HEARTBEAT_PATIENCE,
    async () => {
      const view = await look().catch(ignoreStoreError);
      if (view?.chain === undefined) return 'unknown';
      if (view.chain !== null && view.now < view.chain.dueBy) return 'on_time';
      silence = view.chain === null ? 'never' : 'late';
      return view.now < newest + HEARTBEAT_PATIENCE.totalMs ? undefined : silence;
    },
    () => silence,
  );
}

interface Start {
  functionId: string;
  instanceId: string;
  /** What the store reported before the chain was started. */
  before: StoreView | undefined;
}

async function waitForHeartbeat({ functionId, instanceId, before }: Start, look: Look | undefined, run: DeployRun): Promise<boolean> {
  const { api, context, redact, values } = run;
  // A Flow that refreshes may not exist yet, and an older store does not report on chains.
  const isMute = look === undefined || before?.chain === undefined || values.refreshBy === 'flow';
  const hasBegun = async (): Promise<true | undefined> => {
    const { status, error } = await api.readInstance(functionId, instanceId);
    if (status === 'error') {
      throw new CliError('chain_failed', `The Function's first instance failed: ${redact(error ?? 'no reason is given')}.`);
    }
    if (isMute) return status === 'active' || status === 'done' ? true : undefined;
    const view = await look().catch(ignoreStoreError);
    return view?.chain && view.chain.chainId !== before.chain?.chainId ? true : undefined;
  };
  return poll<boolean>(context, HEARTBEAT_PATIENCE, hasBegun, () => false);
}

/** Only `status` reports a store that does not answer. */
function ignoreStoreError(error: unknown): undefined {
  if (!(error instanceof AccessTokenError)) throw error;
  return undefined;
}

type Look = () => Promise<StoreView>;

/** @returns a function that reads the store; `undefined` if the store can't be reached from here */
function storeLook(ids: Ids, { context, desired, values }: DeployRun): Look | undefined {
  const { endpointSecret, tokens } = values;
  const url = desired.storeUrl(ids);
  if (endpointSecret === undefined || url === undefined) return undefined;
  const { transport } = context;
  const store = new EndpointStore({ url, endpointSecret, transport, timeoutMs: () => STORE_TIMEOUT_MS });
  return () => store.look(tokens?.[0]?.tokenName ?? DEFAULT_TOKEN_NAME);
}

async function waitForStore(look: Look, { context }: DeployRun): Promise<StoreView> {
  let reason = '';
  const listen = (): Promise<StoreView | undefined> =>
    look().catch((error: unknown) => {
      if (!(error instanceof AccessTokenError)) throw error;
      reason = error.message;
      return undefined;
    });
  return poll(context, STORE_PATIENCE, listen, () => {
    throw new CliError('store_silent', `The store does not answer. ${reason}`);
  });
}
