import type { PlatformApi, PlatformTimers } from '../http/platform-transport';
import type { TokenEndpointConfig, TokenEndpointRule } from '../oauth';
import type { ChainToken } from './config';

// The parts of a Function's platform that the chain uses. It must not rely on anything else.

export interface FunctionPlatform extends PlatformTimers {
  /** The parameters of the instance. Anyone who may trigger Functions can write them. */
  parameters: unknown;
  api: PlatformApi;
  console: { log(message: string): void; error(message: string): void };
}

/** The platform plus clock and randomness, so that tests can bring their own. */
export interface HopEnvironment extends FunctionPlatform {
  /** Unix milliseconds. */
  now: () => number;
  /** A number from 0 to 1. */
  random: () => number;
  /** Reads the settings of a token. Each rendered Function knows some of the ways to get one. */
  readTokenEndpoint: (token: ChainToken, rule: TokenEndpointRule) => TokenEndpointConfig;
}
