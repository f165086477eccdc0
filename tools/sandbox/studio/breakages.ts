import type { AuthorizationServer } from '../authorization-server/types';
import { stopInstances } from '../administration';
import { badRequest } from '../api-error';
import type { Sandbox } from '../platform';
import type { Timeline } from './timeline';
import { LASTING_BREAKAGES } from './wire';
import type { Breakage, LastingBreakage, SingleBreakage } from './wire';

/** The parts that the page can break. */
export interface BreakableWorld {
  authorizationServer: AuthorizationServer;
  sandbox: Sandbox;
  /** URL token of the Endpoint that is the shared store. */
  urlToken: string;
  functionId: string;
}

/** Slow enough to see, but fast enough for the time limits of the nodes and the Function, milliseconds. */
const SLOW_TOKEN_ENDPOINT_MS = 1500;
const SLOW_STORE_MS = 400;

/** Breakages that last until they are mended. */
const LASTING: Record<LastingBreakage, { breaks: string; mends: string }> = {
  tokenEndpointDown: { breaks: 'You took the token endpoint down.', mends: 'You brought the token endpoint back.' },
  slowNetwork: { breaks: 'You made the network slow.', mends: 'You made the network fast again.' },
};

/** Breakages that happen once and don't last. */
const ONCE: Record<SingleBreakage, { strikes: string; strike: (world: BreakableWorld) => Promise<void> }> = {
  revokeTokens: {
    strikes: 'You revoked every access token: the API refuses them.',
    strike: ({ authorizationServer }) => authorizationServer.revokeAll(),
  },
  killChain: {
    strikes: 'You stopped the chain: no new instance of the Function starts by itself.',
    strike: ({ sandbox, functionId }) => stopInstances(sandbox, functionId),
  },
  loseStore: {
    strikes: 'You emptied the session storage, and the shared store with it.',
    strike: async ({ sandbox }) => sandbox.sessionStorage.clear(),
  },
};

/** Breaks and mends things on the page's request, and adds what worked to the timeline. */
export class Breakages {
  private before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly world: BreakableWorld,
    private readonly timeline: Timeline,
  ) {}

  /**
   * Breaks or mends something. Calls run one after the other, because each depends on what is broken already.
   *
   * @param on for a lasting breakage: true to break, false to mend
   * @throws ApiError 400 for the attempt to mend something that happens once
   */
  apply(breakage: Breakage, on = true): Promise<void> {
    const askedAt = this.timeline.now();
    const applied = this.before.then(() => this.carryOut(breakage, on, askedAt));
    this.before = applied.catch(() => undefined);
    return applied;
  }

  private async carryOut(breakage: Breakage, on: boolean, askedAt: number): Promise<void> {
    if (isLasting(breakage)) return this.set(breakage, on, askedAt);
    if (!on) throw badRequest(`${breakage} happens once: there is nothing to mend`);
    const { strikes, strike } = ONCE[breakage];
    await strike(this.world);
    this.timeline.strikes(breakage, strikes, askedAt);
  }

  private async set(breakage: LastingBreakage, on: boolean, askedAt: number): Promise<void> {
    if (on === this.timeline.isBroken(breakage)) return;
    const isBroken = (other: LastingBreakage) => (other === breakage ? on : this.timeline.isBroken(other));
    await this.setFaults(isBroken('tokenEndpointDown'), isBroken('slowNetwork'));
    const { breaks, mends } = LASTING[breakage];
    if (on) this.timeline.breaks(breakage, breaks, askedAt);
    else this.timeline.mends(breakage, mends, askedAt);
  }

  /** The token endpoint has one fault at a time, so its fault combines both lasting breakages. */
  private async setFaults(down: boolean, slow: boolean): Promise<void> {
    const { authorizationServer, sandbox, urlToken } = this.world;
    if (down || slow) {
      await authorizationServer.setFault({ down, ...(slow ? { delayMs: SLOW_TOKEN_ENDPOINT_MS } : {}) });
    } else await authorizationServer.clearFault();
    if (slow) sandbox.setFault(urlToken, { delayMs: SLOW_STORE_MS });
    else sandbox.clearFault(urlToken);
  }
}

function isLasting(breakage: Breakage): breakage is LastingBreakage {
  return LASTING_BREAKAGES.some((lasting) => lasting === breakage);
}
