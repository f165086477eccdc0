import { describeFunction, describeWays } from './support/matrix-suite';
import { WaysWorld } from './support/ways-world';

describeWays(['conversation', 'endpoint', 'redis'], () => new WaysWorld());
describeFunction();
