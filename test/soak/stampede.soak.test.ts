import { ArtifactPlatform } from '../support/artifact-platform';
import { describeCrowd, describeProcesses, describeRotation } from '../artifacts/support/stampede';

describeProcesses({ executions: 100, processes: 8 });
describeCrowd(100, (options) => ArtifactPlatform.start(options));
describeRotation(20);
