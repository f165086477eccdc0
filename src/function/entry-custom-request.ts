import { readTokenEndpointConfig } from '../oauth';
import { customRequestConfig } from '../oauth/ways/custom-request';
import type { FunctionConfig } from './config';
import { runHop } from './hop';
import type { FunctionPlatform, HopEnvironment } from './platform';

const readTokenEndpoint: HopEnvironment['readTokenEndpoint'] = ({ customRequest, ...token }, rule) =>
  customRequest === undefined ? readTokenEndpointConfig(token, rule) : customRequestConfig({ ...customRequest, ...shared(token) }, rule);

const shared = ({ defaultLifetimeSeconds }: { defaultLifetimeSeconds?: unknown }) => ({ defaultLifetimeSeconds });

/** Runs one instance of the Function that also knows custom token requests, see `runHop`. */
export function run(config: FunctionConfig, platform: FunctionPlatform): Promise<void> {
  return runHop(config, { ...platform, now: () => Date.now(), random: () => Math.random(), readTokenEndpoint });
}
