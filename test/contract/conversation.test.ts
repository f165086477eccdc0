import type { TokenRecord } from '../../src/lifetime';
import { isTokenRecord } from '../../src/lifetime';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { ConversationStore } from '../../src/stores';
import { fingerprint, START } from '../support/token-records';
import { describeTokenStore } from './token-store';

describeTokenStore(
  'the conversation',
  { keepsRefreshTokens: false, keepsOtherMembers: false, hasLeases: false, keepsFailures: false, isAtomic: true },
  () => {
    const clock = new VirtualClock(START);
    const context = new Map<string, unknown>();
    const copies = {
      get: (tokenName: string) => {
        const value = context.get(tokenName);
        return isTokenRecord(value) ? value : null;
      },
      put: (tokenName: string, record: TokenRecord) => void context.set(tokenName, record),
    };
    return {
      store: new ConversationStore({ copies, now: () => clock.now(), fingerprint }),
      clock,
      damage: (tokenName, value) => void context.set(tokenName, value),
    };
  },
);
