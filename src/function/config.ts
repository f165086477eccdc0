import type { TokenEndpointSettings } from '../oauth';

/** One kept token, as the configuration block has it. */
export interface ChainToken extends TokenEndpointSettings {
  tokenName?: string;
  /** 1 to 99. */
  refreshPercent?: number;
}

/** The configuration block of the generated file. */
export interface FunctionConfig {
  tokens: ChainToken[];
  storeUrl: string;
  endpointSecret: string;
  /** The management API's address, without the path. */
  apiUrl: string;
  apiKey: string;
  functionId: string;
  /** Seconds an instance may live. */
  functionTimeLimitSeconds: number;
  /** Seconds before that at which a hop stops sleeping. */
  functionBufferSeconds: number;
  allowInsecure?: boolean;
}
