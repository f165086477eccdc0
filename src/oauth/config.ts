import type { ClientConfig } from '../settings/token';
import type { ClientAuthentication } from './client-authentication';
import type { GrantType } from './grants';

export { parseExtraParameters } from '../settings/extra-parameters';
export { readTokenEndpointConfig } from '../settings/token';
export type { TokenEndpointRule, TokenEndpointSettings } from '../settings/token';

/** How a token is requested: the settings of `settings/token.ts`, and what another way to get a token brings along. */
export interface TokenEndpointConfig extends ClientConfig {
  /** Takes the place of the client's and the user's own grants. */
  grant?: GrantType;
  /** Takes the place of the client secret. */
  proof?: ClientAuthentication;
  /** What the token is for, besides the settings above: a JSON value. */
  purpose?: unknown;
  /** What a request depends on, secrets too, besides the settings above: a JSON value. */
  means?: unknown;
}
