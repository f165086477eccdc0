import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { EndpointStore } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { START } from '../support/token-records';
import { describeTokenStore } from './token-store';

afterEach(() => {
  jest.restoreAllMocks();
});

describeTokenStore(
  'the REST Endpoint',
  // Session storage has no compare-and-set: two at the same moment may both be let through.
  { keepsRefreshTokens: true, keepsOtherMembers: true, hasLeases: true, keepsFailures: true, isAtomic: false },
  () => {
    const clock = new VirtualClock(START);
    jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
    const sessions = new MemorySessions();
    const { transport } = new StoreEndpoint(sessions.get);
    return {
      store: new EndpointStore({
        url: ENDPOINT_URL,
        endpointSecret: ENDPOINT_SECRET,
        transport,
        timeoutMs: () => 5000,
      }),
      clock,
      damage: (tokenName, value) => sessions.plant(`record:${tokenName}`, 'record', value),
    };
  },
);
