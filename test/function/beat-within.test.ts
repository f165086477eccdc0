import fc from 'fast-check';

import { readTokenEndpointConfig } from '../../src/oauth';
import type { FunctionConfig } from '../../src/function/config';
import { prepareHop } from '../../src/function/context';
import { START } from '../support/token-records';

function beatWithinMs(functionTimeLimitSeconds: number, functionBufferSeconds = 5): number {
  const config: FunctionConfig = {
    refreshBy: 'flow',
    refreshFlowUrl: 'https://endpoint.example.com/refresh',
    apiUrl: 'https://api.example.com',
    apiKey: 'key',
    functionId: 'chain',
    functionTimeLimitSeconds,
    functionBufferSeconds,
  };
  const console = { log: () => undefined, error: () => undefined };
  const api = { httpRequest: () => Promise.reject(new Error('no request is sent')) };
  const environment = { parameters: {}, api, console, setTimeout, now: () => START, random: () => 0.5, readTokenEndpoint: readTokenEndpointConfig };
  return prepareHop(config, { chain: { chainId: 'chain-1', hop: 0, wakeAt: START }, first: true }, environment).beatWithinMs;
}

test.each([
  [900, 990_000],
  [60, 66_000],
  [50, 55_000],
  [49, 54_000],
  [10, 15_000],
  [1, 6000],
])('with a time limit of %d s the next heartbeat is late after %d ms', (limit, expected) => {
  expect(beatWithinMs(limit)).toBe(expected);
});

// A hop beats at the latest when its sleep ends, `buffer` before its own end; the next one starts after that, and
// sleeps as long. What is left over is for the platform's start-up.
test('there is always room for a whole sleep and 5 s, or a tenth of the limit, to start', () => {
  fc.assert(
    fc.property(fc.double({ min: 1, max: 86_400, noNaN: true }), fc.double({ min: 0, max: 3600, noNaN: true }), (limit, buffer) => {
      const limitMs = limit * 1000;
      const spare = beatWithinMs(limit, buffer) - limitMs;
      expect(spare).toBeGreaterThanOrEqual(4999.99);
      expect(spare).toBeGreaterThanOrEqual(limitMs * 0.0999);
      expect(spare).toBeLessThanOrEqual(Math.max(5000.01, limitMs * 0.1001));
    }),
  );
});
