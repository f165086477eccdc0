import type { PlatformApi, PlatformTimers } from '../http/platform-transport';
import type { TokenEndpointConfig, TokenEndpointRule } from '../oauth';
import type { ChainToken } from './config';

// The part of the platform that the chain uses. It may rely on nothing else.

export interface FunctionPlatform extends PlatformTimers {
  /** The instance's parameters. Anybody who may trigger Functions wrote them. */
  parameters: unknown;
  api: PlatformApi;
  console: { log(message: string): void; error(message: string): void };
}

/** The platform with clock and randomness, which tests replace, and the abilities of this Function text. */
export interface HopEnvironment extends FunctionPlatform {
  /** Unix milliseconds. */
  now: () => number;
  /** A number from 0 to 1. */
  random: () => number;
  /** Reads the settings of a token. Each Function text knows some ways to get one. */
  readTokenEndpoint: (token: ChainToken, rule: TokenEndpointRule) => TokenEndpointConfig;
}
