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

/** With `--provider`: what the entry in `tokens` has besides the answers above. */
export interface OfProvider {
  /** Secrets in it are references. */
  members: Record<string, unknown>;
  /** The secrets that it refers to, by their variables. */
  secrets: Record<string, string>;
  /** The files of those that were read from one, by their variables. */
  paths: Record<string, string>;
}

/** Everything that was asked. */
export interface Answers extends ProjectAnswers {
  token: TokenAnswers;
  ofProvider?: OfProvider;
  /** 1 to 99. */
  refreshPercent: number;
  store: StoreChoice;
  /** With `endpoint`: where Endpoints answer. */
  endpointBaseUrl?: string;
  /** Where a Flow refreshes: its REST Endpoint. */
  refreshFlowUrl?: string;
  allowInsecure: boolean;
}

/** The settings of a token, in the order of the configuration file. */
export const TOKEN_SETTINGS = Object.entries(TOKEN_KEYS) as [TokenKey, ConfigKey][];
