import type { TokenEndpointConfig, TokenEndpointRule } from '../oauth';
import type { ChainToken } from './config';

// What the platform gives a Function, as far as the chain uses it. Nothing else may be counted on.

export interface FunctionApi {
  /** Whether a status other than 2xx rejects is not documented: both are understood. */
  httpRequest(request: {
    method: string;
    url: string;
    headers: Record<string, string>;
    data: unknown;
    maxRedirects: number;
  }): Promise<unknown>;
}

export interface FunctionPlatform {
  /** What the instance was triggered with; anybody who may trigger Functions wrote it. */
  parameters: unknown;
  api: FunctionApi;
  setTimeout: (callback: () => void, ms: number) => unknown;
  /** Only where the platform has it. */
  clearTimeout?: ((timer: unknown) => void) | undefined;
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
