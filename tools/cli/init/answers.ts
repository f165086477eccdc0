import type { ConfigKey } from '../../../src/settings/setting';
import { TOKEN_KEYS } from '../../../src/settings/token-keys';

/** Where tokens are stored. With Redis, a Flow refreshes them. */
export type StoreChoice = 'endpoint' | 'redis';

export type TokenKey = keyof typeof TOKEN_KEYS;

/** The client at the authorization server; an empty text means none. */
export type TokenAnswers = Partial<Record<TokenKey, string>>;

/** The project, and the API that changes it. */
export interface ProjectAnswers {
  projectId: string;
  apiUrl: string;
  apiKey: string;
}

/** With `--provider`: what goes into the entry in `tokens` besides the answers above. */
export interface OfProvider {
  /** With secrets as references. */
  members: Record<string, unknown>;
  /** The secrets that `members` refers to, by variable. */
  secrets: Record<string, string>;
  /** The files that secrets were read from, by variable. */
  paths: Record<string, string>;
}

/** The answers to all questions. */
export interface Answers extends ProjectAnswers {
  token: TokenAnswers;
  ofProvider?: OfProvider;
  /** 1 to 99. */
  refreshPercent: number;
  store: StoreChoice;
  /** With `endpoint`: the base URL of Endpoints. */
  endpointBaseUrl?: string;
  /** If a Flow refreshes: the URL of its REST Endpoint. */
  refreshFlowUrl?: string;
  allowInsecure: boolean;
}

/** The settings of a token, in the order of the configuration file. */
export const TOKEN_SETTINGS = Object.entries(TOKEN_KEYS) as [TokenKey, ConfigKey][];
