import { triggerFunction } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { toAccessTokenError } from '../errors';
import type { TokenRecord } from '../lifetime';
import type { Heartbeat } from '../stores/token-store';
import { getToken } from '../tokens';
import type { HandedOutToken } from '../tokens';
import type { NodeConfig, TokenSettings } from './node-config';
import { fingerprint, openStore } from './open-store';
import type { StoreEnvironment } from './open-store';
import { readServiceSettings } from './service-settings';

/** The outside world, passed in. */
export interface StoredTokenEnvironment extends StoreEnvironment {
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  note: (message: string) => void;
}

/** The background chain, when it is the chain that runs this node. */
export interface AskingChain {
  heartbeat: Heartbeat;
  /** What the store says, as soon as it has been asked: `false` for a chain that ends. */
  goesOn: boolean;
}

export interface StoredTokenRequest {
  /** The conversation's own copy, for want of a better one. */
  copy: TokenRecord | null;
  /** Unix milliseconds by which the answer must be there. */
  deadline: number;
}

const TRIGGER_TIMEOUT_MS = 3000;

/**
 * Gets a valid token from the store, and refreshes it where that is due.
 *
 * @throws AccessTokenError those of `readServiceSettings` and `getToken`
 */
export async function keepStoredToken(
  config: NodeConfig,
  { tokenName, refreshPercent, rejectedToken }: TokenSettings,
  { copy, deadline }: StoredTokenRequest,
  environment: StoredTokenEnvironment,
  chain: AskingChain | undefined,
): Promise<HandedOutToken> {
  const { tokenEndpoint, store: storeSettings, cognigyApi } = readServiceSettings(config);
  const store = await openStore(storeSettings, deadline, environment);
  try {
    if (chain !== undefined) chain.goesOn = await store.heartbeat(chain.heartbeat);
    const watches = chain === undefined && cognigyApi !== undefined;
    return await getToken(
      {
        tokenName,
        refreshPercent,
        config: tokenEndpoint,
        deadline,
        copy,
        rejected: rejectedToken === undefined ? undefined : fingerprint(rejectedToken),
      },
      {
        ...environment,
        fingerprint,
        owner: newOwner(environment),
        store,
        restartChain: watches ? () => restartChain(cognigyApi, environment) : undefined,
      },
    );
  } finally {
    store.close();
  }
}

/** Names this execution: the time, and random digits. It is no secret, so the crypto module need not be loaded. */
function newOwner({ now, random }: StoredTokenEnvironment): string {
  const digits = () => Math.floor(random() * 36 ** 8).toString(36);
  return `${now().toString(36)}-${digits()}-${digits()}`;
}

async function restartChain(api: CognigyApi, { transport, note }: StoredTokenEnvironment): Promise<void> {
  try {
    await triggerFunction(api, {}, transport, TRIGGER_TIMEOUT_MS);
    note('The background chain had stopped and was started again.');
  } catch (thrown) {
    const { code, message, remedy } = toAccessTokenError(thrown);
    note(`The background chain has stopped and could not be started again. ${code}: ${message} ${remedy}`);
  }
}
