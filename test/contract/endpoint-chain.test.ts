import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { EndpointStore } from '../../src/stores';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { START } from '../support/token-records';
import { describeChainKeeping } from './chain-keeping';

afterEach(() => {
  jest.restoreAllMocks();
});

// Session storage has no compare-and-set: two at the same moment may both be let through.
describeChainKeeping('the REST Endpoint', { isAtomic: false }, () => {
  const clock = new VirtualClock(START);
  jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
  const { transport } = new StoreEndpoint(new MemorySessions().get);
  const store = new EndpointStore({
    url: ENDPOINT_URL,
    endpointSecret: ENDPOINT_SECRET,
    transport,
    timeoutMs: () => 5000,
  });
  return { store, clock };
});
