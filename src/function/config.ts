import type { CognigyApi } from '../cognigy-api';
import type { TokenEndpointSettings } from '../oauth';

/** One kept token, as the configuration block has it. */
export interface ChainToken extends TokenEndpointSettings {
  tokenName?: string;
  /** A login of the API's own, in place of a token endpoint: only the text that is rendered for it knows how. */
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

/** The chain wakes a Flow, whose nodes know the tokens and the store: no client's secret is in here. */
export interface RefreshByFlow {
  refreshBy: 'flow';
  /** A REST Endpoint whose Flow runs Refresh If Expiring. */
  refreshFlowUrl: string;
}

/** The configuration block of the generated file. */
export type FunctionConfig = ChainConfig & (RefreshByFunction | RefreshByFlow);

/** What the chain needs either way. */
export interface ChainConfig extends CognigyApi {
  /** Seconds an instance may live. */
  functionTimeLimitSeconds: number;
  /** Seconds before that at which a hop stops sleeping. */
  functionBufferSeconds: number;
  allowInsecure?: boolean;
  /** Where messages about tokens in trouble are posted: a chat's webhook, whose address is a secret. Only where the Function refreshes. */
  alertUrl?: string;
}
