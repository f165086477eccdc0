import { describeExpiryRace } from './support/expiry-race';

// test/soak/redis-race.soak.test.ts plays more of it.
describeExpiryRace({ workers: 4, executions: 100, expiries: 2, servers: 'a server' });
