import type { TokenRecord } from '../../../src/lifetime';
import type { StoreView } from '../../../src/stores';
import type { ObservedInstance } from '../../../tools/cli/status/observe';
import { judge } from '../../../tools/cli/status/judge';
import type { Observation } from '../../../tools/cli/status/observe';
import type { StatusReport } from '../../../tools/cli/status/report';
import { recordOf, START } from '../../support/token-records';

export const NAME = 'accessToken';
export const ACCESS_TOKEN = 'canary-access-token-31d7';
export const FUNCTION_ID = '64b7f0c2a1b2c3d4e5f60718';

/** A token of 100 s that was issued at `START`. */
export const RECORD: TokenRecord = { ...recordOf(ACCESS_TOKEN, START, { refresh_token: 'canary-refresh-token-99' }), version: 4 };

/** What a store says at a moment. @param afterMs milliseconds after `START` */
export function viewAt(afterMs: number, members: Partial<StoreView> = {}): StoreView {
  const chain = { chainId: 'chain-1', hop: 7, at: START, dueBy: START + 1_000_000 };
  return { record: RECORD, failure: undefined, chain, now: START + afterMs, ...members };
}

export function instance(members: Partial<ObservedInstance> = {}): ObservedInstance {
  return { status: 'active', createdAt: START, ...members };
}

/** All is well, but for what is changed. */
export function observation(view: StoreView | undefined, members: Partial<Observation> = {}): Observation {
  const obstacle = { code: 'store_timeout', message: 'It is slow.', remedy: 'Wait.' };
  return {
    now: START,
    tokens: [{ tokenName: NAME, refreshPercent: 90 }],
    store: view === undefined ? { kind: 'endpoint', obstacle } : { kind: 'endpoint', views: new Map([[NAME, view]]) },
    function: { functionId: FUNCTION_ID, instances: [instance()] },
    ...members,
  };
}

export function reportOf(view: StoreView | undefined, members?: Partial<Observation>): StatusReport {
  return judge(observation(view, members));
}
