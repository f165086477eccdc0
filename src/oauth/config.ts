import type { ClientConfig } from '../settings/token';
import type { ClientAuthentication } from './client-authentication';
import type { GrantType } from './grants';

export { parseExtraParameters } from '../settings/extra-parameters';
export { readTokenEndpointConfig } from '../settings/token';
export type { TokenEndpointRule, TokenEndpointSettings } from '../settings/token';

/** How a token is requested: the settings of `settings/token.ts`, and what another way to get a token brings along. */
export interface TokenEndpointConfig extends ClientConfig {
  /** Replaces the client's and the user's own grants. */
  grant?: GrantType;
  /** Replaces the client secret. */
  proof?: ClientAuthentication;
  /** What else the token is for: a JSON value. */
  purpose?: unknown;
  /** What else a request depends on, secrets too: a JSON value. */
  means?: unknown;
}
