import type { CognigyApi } from '../cognigy-api';
import type { TokenEndpointSettings } from '../oauth';

/** One kept token in the configuration block. */
export interface ChainToken extends TokenEndpointSettings {
  tokenName?: string;
  /** A login of the API's own instead of a token endpoint. Only the Function that is rendered for it can do it. */
  customRequest?: Readonly<Record<string, unknown>>;
  /** 1 to 99. */
  refreshPercent?: number;
}

/** The chain refreshes the tokens itself, through the shared store behind an Endpoint. */
export interface RefreshByFunction {
  refreshBy?: 'function';
  tokens: ChainToken[];
  storeUrl: string;
  endpointSecret: string;
}

/** The chain wakes a Flow, whose nodes know the tokens and the store. So no client secret is in here. */
export interface RefreshByFlow {
  refreshBy: 'flow';
  /** A REST Endpoint whose Flow runs Refresh If Expiring. */
  refreshFlowUrl: string;
}

/** The configuration block of the generated file. */
export type FunctionConfig = ChainConfig & (RefreshByFunction | RefreshByFlow);

/** What the chain needs in both cases. */
export interface ChainConfig extends CognigyApi {
  /** How long an instance may run, seconds. */
  functionTimeLimitSeconds: number;
  /** How long before that limit a hop stops sleeping, seconds. */
  functionBufferSeconds: number;
  allowInsecure?: boolean;
  /**
   * The URL for messages about tokens in trouble, such as a chat's webhook. The URL is a secret. Only used if the
   * Function itself refreshes.
   */
  alertUrl?: string;
}
