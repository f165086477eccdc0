import { describeExpiryRace } from '../artifacts/support/expiry-race';

// Only there to end a test that hangs.
jest.setTimeout(3_600_000);

describeExpiryRace({ workers: 16, executions: 100, expiries: 20, servers: 'a server' });

describeExpiryRace({ workers: 16, executions: 100, expiries: 3, servers: 'a cluster of three masters' });

describeExpiryRace({
  workers: 16,
  executions: 100,
  expiries: 4,
  servers: 'a primary and Sentinels',
  disturbances: [
    { what: 'failOver', isBeforeCommit: true },
    { what: 'kill', isBeforeCommit: true },
    { what: 'failOver', isBeforeCommit: false },
    { what: 'kill', isBeforeCommit: false },
  ],
});
