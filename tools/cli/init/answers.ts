import type { ConfigKey } from '../../../src/settings/setting';
import { TOKEN_KEYS } from '../../../src/settings/token-keys';

/** Where tokens are stored. With Redis, a Flow refreshes them. */
export type StoreChoice = 'endpoint' | 'redis';

export type TokenKey = keyof typeof TOKEN_KEYS;

/** The client at the authorization server; an empty text means none. */
export type TokenAnswers = Partial<Record<TokenKey, string>>;

/** The project, and the API that it is changed through. */
export interface ProjectAnswers {
  projectId: string;
  apiUrl: string;
  apiKey: string;
}

/** Everything that was asked. */
export interface Answers extends ProjectAnswers {
  token: TokenAnswers;
  /** 1 to 99. */
  refreshPercent: number;
  store: StoreChoice;
  /** With `endpoint`: where Endpoints answer. */
  endpointBaseUrl?: string;
  /** With `redis`: the REST Endpoint of the Flow that refreshes. */
  refreshFlowUrl?: string;
  allowInsecure: boolean;
}

/** The settings of a token, in the order of the configuration file. */
export const TOKEN_SETTINGS = Object.entries(TOKEN_KEYS) as [TokenKey, ConfigKey][];
