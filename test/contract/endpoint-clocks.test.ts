import { EndpointStore } from '../../src/stores';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, ENDPOINT_URL, StoreEndpoint } from '../support/store-endpoint';
import { START } from '../support/token-records';
import { describeWrongClocks } from './clocks';

afterEach(() => jest.restoreAllMocks());

describeWrongClocks('the REST Endpoint', () => {
  const clock = new VirtualClock(START);
  jest.spyOn(Date, 'now').mockImplementation(() => clock.now());
  const { transport } = new StoreEndpoint(new MemorySessions().get);
  const store = new EndpointStore({ url: ENDPOINT_URL, endpointSecret: ENDPOINT_SECRET, transport, timeoutMs: () => 5000 });
  return { store, clock };
});
