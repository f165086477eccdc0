import { describeKilledRuns } from '../artifacts/support/killed-runs';

describeKilledRuns({ eachRead: true });
