import { BRIEF, describeChaos } from './support/chaos';

// test/soak/chaos.soak.test.ts plays fifty lifetimes.
describe.each(['a cluster of three masters with replicas', 'a primary and Sentinels'] as const)('Redis as more than one server', (servers) => {
  describeChaos({ servers, ...BRIEF });
});
