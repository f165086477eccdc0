import type { CognigyApi } from '../cognigy-api';
import type { TokenEndpointSettings } from '../oauth';

/** One token, as the configuration block has it. */
export interface ChainToken extends TokenEndpointSettings {
  tokenName?: string;
  /** The API's own login, instead of a token endpoint. Only the Function text for it can send that. */
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

/** The chain wakes a Flow, whose nodes know tokens and store. The Function holds no client secret. */
export interface RefreshByFlow {
  refreshBy: 'flow';
  /** The REST Endpoint of a Flow that runs Refresh If Expiring. */
  refreshFlowUrl: string;
}

/** The configuration block of the generated file. */
export type FunctionConfig = ChainConfig & (RefreshByFunction | RefreshByFlow);

/** What the chain needs in both cases. */
export interface ChainConfig extends CognigyApi {
  /** The time limit of an instance, seconds. */
  functionTimeLimitSeconds: number;
  /** How long before that limit a hop stops sleeping, seconds. */
  functionBufferSeconds: number;
  allowInsecure?: boolean;
  /** Where to post messages about tokens in trouble: a chat's webhook. Its address is a secret. Used only if the Function refreshes. */
  alertUrl?: string;
}
