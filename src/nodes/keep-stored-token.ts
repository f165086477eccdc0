import { triggerFunction } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { describe, toAccessTokenError } from '../errors';
import type { TokenRecord } from '../lifetime';
import type { Heartbeat } from '../stores/token-store';
import { boundTo } from '../oauth';
import { getToken } from '../refresh';
import type { HandedOutToken } from '../refresh';
import type { NodeConfig, TokenSettings } from './node-config';
import { openStore } from './open-store';
import type { StoreEnvironment } from './open-store';
import { readServiceSettings } from './service-settings';
import { fingerprint } from '../sha256';
import type { Surroundings } from './with-certificates';
import type { World } from '../world';

/** The outside world, and the conversation's copies. */
export type StoredTokenEnvironment = World & StoreEnvironment;

/** The background chain, when it is the chain that runs this node. */
export interface AskingChain {
  heartbeat: Heartbeat;
  /** What the store says, as soon as it has been asked: `false` for a chain that ends. */
  goesOn: boolean;
}

export interface StoredTokenRequest {
  /** The conversation's own copy, for want of a better one. */
  copy: TokenRecord | null;
  /** That of the conversation's copies for these settings, see `copyMark`. */
  mark: string;
  /** Unix milliseconds by which the answer must be there. */
  deadline: number;
}

const TRIGGER_TIMEOUT_MS = 3000;
/** A user who waits for the token does not wait longer than this for the chain's start besides, milliseconds. */
const RESTART_GRACE_MS = 500;

/**
 * Gets a valid token from the store, and refreshes it where that is due.
 *
 * @throws AccessTokenError those of `readServiceSettings` and `getToken`
 */
export async function keepStoredToken(
  config: NodeConfig,
  { tokenName, refreshPercent, rejectedToken }: TokenSettings,
  { copy, mark, deadline }: StoredTokenRequest,
  outside: StoredTokenEnvironment,
  chain: AskingChain | undefined,
): Promise<HandedOutToken> {
  const { tokenEndpoint, store: storeSettings, cognigyApi } = await readServiceSettings(config);
  const { environment, explain } = await surroundingsOf(config, outside);
  const store = await openStore(storeSettings, deadline, environment);
  let restart: ChainRestart | undefined;
  try {
    if (chain !== undefined) chain.goesOn = await store.heartbeat(chain.heartbeat);
    // No chain keeps a conversation's own tokens.
    const isShared = storeSettings.kind !== 'conversation';
    const watches = chain === undefined && cognigyApi !== undefined && isShared;
    const binding = isShared ? boundTo(tokenEndpoint) : mark;
    const handedOut = await getToken(
      {
        tokenName,
        refreshPercent,
        config: tokenEndpoint,
        boundTo: binding,
        deadline,
        copy: copy === null ? null : { ...copy, boundTo: binding },
        rejected: rejectedToken === undefined ? undefined : fingerprint(rejectedToken),
      },
      {
        ...environment,
        owner: newOwner(environment),
        store,
        // Beside the refresh: nobody waits for it with the lease in hand.
        restartChain: watches ? () => void (restart = new ChainRestart(cognigyApi, environment)) : undefined,
      },
    );
    return handedOut.warning === undefined ? handedOut : { ...handedOut, warning: explain(handedOut.warning) };
  } catch (thrown) {
    throw explain(toAccessTokenError(thrown));
  } finally {
    store.close();
    if (restart !== undefined) environment.log(await restart.outcome());
  }
}

async function surroundingsOf({ tlsConnection }: NodeConfig, outside: StoredTokenEnvironment): Promise<Surroundings<StoredTokenEnvironment>> {
  if (!tlsConnection) return { environment: outside, explain: (error) => error };
  const { withCertificates } = await import('./with-certificates');
  return withCertificates(outside, tlsConnection);
}

/** Names this execution: the time, and random digits. It is no secret, so the crypto module need not be loaded. */
function newOwner({ now, random }: StoredTokenEnvironment): string {
  const digits = () => Math.floor(random() * 36 ** 8).toString(36);
  return `${now().toString(36)}-${digits()}-${digits()}`;
}

/** The start of the background chain, which goes on beside the refresh. */
class ChainRestart {
  private told: string | undefined;
  private readonly telling: Promise<void>;

  constructor(
    private readonly api: CognigyApi,
    private readonly world: StoredTokenEnvironment,
  ) {
    this.telling = this.start().then((told) => {
      this.told = told;
    });
  }

  /** What the log is told of it, as soon as that is known. */
  async outcome(): Promise<string> {
    if (this.told === undefined) await Promise.race([this.telling, this.world.sleep(RESTART_GRACE_MS)]);
    return this.told ?? 'The background chain had stopped; it was started again, and the answer to that did not come in time.';
  }

  private async start(): Promise<string> {
    try {
      await triggerFunction(this.api, {}, this.world.transport, TRIGGER_TIMEOUT_MS);
      return 'The background chain had stopped and was started again.';
    } catch (thrown) {
      return `The background chain has stopped and could not be started again. ${describe(toAccessTokenError(thrown))}`;
    }
  }
}
