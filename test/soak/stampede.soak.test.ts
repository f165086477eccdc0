import { describeStampede } from '../artifacts/support/stampede';

describeStampede(100);
