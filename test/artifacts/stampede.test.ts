import { InProcessPlatform } from '../support/in-process-platform';
import { describeCrowd } from './support/stampede';

describeCrowd(100, (options) => InProcessPlatform.start(options));
