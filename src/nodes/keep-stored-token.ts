import { triggerFunction } from '../cognigy-api';
import type { CognigyApi } from '../cognigy-api';
import { toAccessTokenError } from '../errors';
import type { TokenRecord } from '../lifetime';
import { sentencesOf } from '../log';
import type { Heartbeat } from '../stores/token-store';
import { getToken } from '../refresh';
import type { HandedOutToken } from '../refresh';
import type { NodeConfig, TokenSettings } from './node-config';
import type { Note } from './node-log';
import { fingerprint } from '../sha256';
import { withStore } from './with-store';
import type { StoredTokenEnvironment, StoreRequest } from './with-store';
import type { World } from '../world';

// Exported for other parts that are loaded late, because these are in this file of the extension.
export { grantsFor, requestToken } from '../oauth';
export { readTokenEndpoint } from './token-endpoint-settings';
export { withStore } from './with-store';
export type { StoredTokenEnvironment } from './with-store';

/** The background chain, if it runs this node. */
export interface AskingChain {
  heartbeat: Heartbeat;
  /** What the store answers: `false` if the chain must end. */
  goesOn: boolean;
}

export interface StoredTokenRequest extends StoreRequest {
  /** The conversation's own copy, in case nothing better can be had. */
  copy: TokenRecord | null;
}

const TRIGGER_TIMEOUT_MS = 3000;
/** A user who waits for the token waits at most this much longer for the chain's start, milliseconds. */
const RESTART_GRACE_MS = 500;

/**
 * Gets a valid token from the store, and refreshes it if it is due.
 *
 * @throws AccessTokenError the errors of `readServiceSettings` and `getToken`
 */
export async function keepStoredToken(
  config: NodeConfig,
  { tokenName, refreshPercent, rejectedToken }: TokenSettings,
  { copy, ...request }: StoredTokenRequest,
  outside: StoredTokenEnvironment,
  chain: AskingChain | undefined,
): Promise<HandedOutToken> {
  let restart: ChainRestart | undefined;
  try {
    return await withStore(config, request, outside, async ({ tokenEndpoint, cognigyApi, isShared, boundTo, environment }) => {
      if (chain !== undefined) chain.goesOn = await environment.store.heartbeat(chain.heartbeat);
      // A conversation's own tokens have no chain.
      const watches = chain === undefined && cognigyApi !== undefined && isShared;
      return getToken(
        {
          tokenName,
          refreshPercent,
          config: tokenEndpoint,
          boundTo,
          deadline: request.deadline,
          copy: copy === null ? null : { ...copy, boundTo },
          rejected: rejectedToken === undefined ? undefined : fingerprint(rejectedToken),
        },
        // The chain starts alongside the refresh, so that nobody waits for it while holding the lease.
        { ...environment, restartChain: watches ? () => void (restart = new ChainRestart(cognigyApi, environment)) : undefined },
      );
    });
  } finally {
    if (restart !== undefined) outside.log(...(await restart.outcome()));
  }
}

/** The start of the background chain, which runs alongside the refresh. */
class ChainRestart {
  private told: Note | undefined;
  private readonly telling: Promise<void>;

  constructor(
    private readonly api: CognigyApi,
    private readonly world: World,
  ) {
    this.telling = this.start().then((told) => {
      this.told = told;
    });
  }

  /** The log note about the start. Waits a little for it. */
  async outcome(): Promise<Note> {
    if (this.told === undefined) await Promise.race([this.telling, this.world.sleep(RESTART_GRACE_MS)]);
    return this.told ?? ['warn', 'chain_restarted', 'The background chain had stopped. The node started it again, but got no answer in time.'];
  }

  private async start(): Promise<Note> {
    try {
      await triggerFunction(this.api, {}, this.world.transport, TRIGGER_TIMEOUT_MS);
      return ['warn', 'chain_restarted', 'The background chain had stopped and was started again.'];
    } catch (thrown) {
      const error = toAccessTokenError(thrown);
      return ['error', error.code, `The background chain has stopped and could not be started again. ${sentencesOf(error)}`];
    }
  }
}
