import { createHash, randomUUID } from 'crypto';

import type { Transport } from '../http';
import { ConversationStore } from '../stores/conversation';
import type { TokenCopies } from '../stores/conversation';
import { EndpointStore } from '../stores/endpoint';
import type { TokenStore } from '../stores/token-store';
import { getToken, toResult } from '../tokens';
import type { TokenResult } from '../tokens';
import { readNodeSettings } from './node-config';
import type { NodeConfig, NodeSettings } from './node-config';

/** The outside world, passed in. */
export interface KeepTokenEnvironment {
  copies: TokenCopies;
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** Waits a number of milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to 1. */
  random: () => number;
  note: (message: string) => void;
}

/** Everything is over after this, well within the platform's 20 s. */
const TIME_BUDGET_MS = 13_500;
/** A transformer has 5 s; with the way there and back, nobody answers after this. */
const STORE_TIMEOUT_MS = 4000;

/**
 * Does what both nodes do: reads the settings, and gets a valid token.
 *
 * @throws AccessTokenError those of `readNodeSettings` and `getToken`
 */
export async function keepToken(config: NodeConfig, environment: KeepTokenEnvironment): Promise<TokenResult> {
  const { copies, now } = environment;
  const deadline = now() + TIME_BUDGET_MS;
  const settings = readNodeSettings(config);
  const { tokenName, refreshPercent, rejectedToken, tokenEndpoint } = settings;
  const reuses = settings.store.kind === 'conversation' || settings.reuseInConversation;
  const handedOut = await getToken(
    {
      tokenName,
      refreshPercent,
      config: tokenEndpoint,
      deadline,
      copy: reuses ? copies.get(tokenName) : null,
      rejected: rejectedToken === undefined ? undefined : fingerprint(rejectedToken),
    },
    { ...environment, fingerprint, owner: randomUUID(), store: openStore(settings, deadline, environment) },
  );
  if (reuses) copies.put(tokenName, handedOut.record);
  return toResult(handedOut, refreshPercent, now());
}

function openStore({ store }: NodeSettings, deadline: number, environment: KeepTokenEnvironment): TokenStore {
  switch (store.kind) {
    case 'conversation':
      return new ConversationStore({ ...environment, fingerprint });
    case 'endpoint': {
      const { url, endpointSecret } = store;
      const timeoutMs = () => Math.max(1, Math.min(STORE_TIMEOUT_MS, deadline - environment.now()));
      return new EndpointStore({ url, endpointSecret, transport: environment.transport, timeoutMs });
    }
  }
}

/** The first 8 hex digits of an access token's SHA-256: names a token without showing it. */
function fingerprint(accessToken: string): string {
  return createHash('sha256').update(accessToken).digest('hex').slice(0, 8);
}
