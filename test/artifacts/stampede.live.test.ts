import { describeProcesses, describeRotation } from './support/stampede';

// A hundred at once are in stampede.test.ts; here each has the product's own time limits, on whatever machine this is.
describeProcesses({ executions: 8, processes: 3 });
describeRotation(6);
