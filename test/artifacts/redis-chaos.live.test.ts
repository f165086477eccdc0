import { describeChaos } from './support/chaos';

// test/soak/chaos.soak.test.ts plays fifty lifetimes.
describe.each(['a cluster of three masters with replicas', 'a primary and Sentinels'] as const)('Redis as more than one server', (servers) => {
  describeChaos({
    servers,
    lifetimes: 1,
    seed: 1,
    conversations: 3,
    redisPauses: [1000, 2000],
    killPauses: [600, 900],
    mostKills: 1,
    refreshesAfterwards: 1,
  });
});
