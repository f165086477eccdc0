import { describeKilledRuns } from './support/killed-runs';

describeKilledRuns({ eachRead: false });
