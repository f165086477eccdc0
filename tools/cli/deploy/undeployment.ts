import type { Api } from '../api';
import type { Surroundings } from '../command';

import type { LockKeeper } from './lock-keeper';
import type { Progress } from './progress';
import type { DeployValues } from './wanted';

/** What the removal of each thing works with. */
export interface Undeployment {
  api: Api;
  values: DeployValues;
  keeper: LockKeeper;
  progress: Progress;
  surroundings: Surroundings;
  configFile: string;
}
