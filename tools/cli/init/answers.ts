import type { ClientAuthentication } from '../../../src/oauth';

/** Where tokens are kept, and so who refreshes them. */
export type StoreChoice = 'endpoint' | 'redis';

/** The client at the authorization server. */
export interface TokenAnswers {
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  clientAuthentication: ClientAuthentication;
  /** Empty for none, as the two below. */
  scope: string;
  audience: string;
  /** A number of seconds as text, for servers that don't say how long a token lives. */
  defaultLifetimeSeconds: string;
}

/** Everything that was asked. */
export interface Answers {
  projectId: string;
  apiUrl: string;
  apiKey: string;
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
