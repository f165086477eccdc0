import { randomUUID } from 'crypto';

import { triggerFunction } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { toAccessTokenError } from '../errors';
import type { Heartbeat } from '../stores/token-store';
import { getToken } from '../tokens';
import type { HandedOutToken } from '../tokens';
import { readNodeSettings } from './node-config';
import type { NodeConfig } from './node-config';
import { fingerprint, openStore } from './open-store';
import type { StoreEnvironment } from './open-store';

/** The outside world, passed in. */
export interface KeepTokenEnvironment extends StoreEnvironment {
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  note: (message: string) => void;
}

export interface KeptToken {
  handedOut: HandedOutToken;
  refreshPercent: number;
}

/** The background chain, when it is the chain that runs this node. */
export interface AskingChain {
  heartbeat: Heartbeat;
  /** What the store says, as soon as it has been asked: `false` for a chain that ends. */
  goesOn: boolean;
}

/** Everything is over after this, well within the platform's 20 s. */
const TIME_BUDGET_MS = 13_500;
const TRIGGER_TIMEOUT_MS = 3000;

/**
 * Does what both nodes do: reads the settings, and gets a valid token.
 *
 * @param chain the background chain, when it runs this node: then the store is asked whatever the
 *   conversation holds, and `goesOn` is set, also where there is no token in the end
 * @throws AccessTokenError those of `readNodeSettings` and `getToken`
 */
export async function keepToken(
  config: NodeConfig,
  environment: KeepTokenEnvironment,
  chain?: AskingChain,
): Promise<KeptToken> {
  const { copies, now } = environment;
  const deadline = now() + TIME_BUDGET_MS;
  const settings = readNodeSettings(config);
  const { tokenName, refreshPercent, rejectedToken, tokenEndpoint, cognigyApi } = settings;
  const reuses = chain === undefined && (settings.store.kind === 'conversation' || settings.reuseInConversation);
  const store = await openStore(settings.store, deadline, environment);
  try {
    if (chain !== undefined) chain.goesOn = await store.heartbeat(chain.heartbeat);
    const watches = chain === undefined && cognigyApi !== undefined;
    const handedOut = await getToken(
      {
        tokenName,
        refreshPercent,
        config: tokenEndpoint,
        deadline,
        copy: reuses ? copies.get(tokenName) : null,
        rejected: rejectedToken === undefined ? undefined : fingerprint(rejectedToken),
      },
      {
        ...environment,
        fingerprint,
        owner: randomUUID(),
        store,
        restartChain: watches ? () => restartChain(cognigyApi, environment) : undefined,
      },
    );
    if (reuses) copies.put(tokenName, handedOut.record);
    return { handedOut, refreshPercent };
  } finally {
    store.close();
  }
}

async function restartChain(api: CognigyApi, { transport, note }: KeepTokenEnvironment): Promise<void> {
  try {
    await triggerFunction(api, {}, transport, TRIGGER_TIMEOUT_MS);
    note('The background chain had stopped and was started again.');
  } catch (thrown) {
    const { code, message, remedy } = toAccessTokenError(thrown);
    note(`The background chain has stopped and could not be started again. ${code}: ${message} ${remedy}`);
  }
}
