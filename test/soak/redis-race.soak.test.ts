import { describeExpiryRace } from '../artifacts/support/expiry-race';

describeExpiryRace({ workers: 16, executions: 100, expiries: 20 });
