import type { PlatformApi, PlatformTimers } from '../http/platform-transport';
import type { TokenEndpointConfig, TokenEndpointRule } from '../oauth';
import type { ChainToken } from './config';

// What the platform gives a Function, as far as the chain uses it. Nothing else may be counted on.

export interface FunctionPlatform extends PlatformTimers {
  /** What the instance was triggered with; anybody who may trigger Functions wrote it. */
  parameters: unknown;
  api: PlatformApi;
  console: { log(message: string): void; error(message: string): void };
}

/** The platform with clock and chance, so that tests can bring their own, and what this text of the Function can do. */
export interface HopEnvironment extends FunctionPlatform {
  /** Unix milliseconds. */
  now: () => number;
  /** A number from 0 to 1. */
  random: () => number;
  /** Reads the settings of a token: each text of the Function knows some ways to get one. */
  readTokenEndpoint: (token: ChainToken, rule: TokenEndpointRule) => TokenEndpointConfig;
}
