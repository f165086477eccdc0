import { readTokenEndpointConfig } from '../oauth';
import type { FunctionConfig } from './config';
import { runHop } from './hop';
import type { FunctionPlatform } from './platform';

/** Runs one instance of the Function, see `runHop`. */
export function run(config: FunctionConfig, platform: FunctionPlatform): Promise<void> {
  return runHop(config, { ...platform, now: () => Date.now(), random: () => Math.random(), readTokenEndpoint: readTokenEndpointConfig });
}
