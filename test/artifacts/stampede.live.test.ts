import { describeStampede } from './support/stampede';

describeStampede(24);
