import type { AuthenticationName } from '../../settings/authentication';
import { readTokenEndpointConfig } from '../config';
import type { TokenEndpointConfig, TokenEndpointRule, TokenEndpointSettings } from '../config';

/** Reads the settings of a way to get a token, from its connection and the node. */
type ReadWay = (settings: TokenEndpointSettings, rule: TokenEndpointRule) => TokenEndpointConfig | Promise<TokenEndpointConfig>;

/**
 * The ways to get a token, by the value of the nodes' field `authentication`. Loaded only where they are chosen, but for the
 * most frequent one.
 */
export const WAYS: Readonly<Record<AuthenticationName, ReadWay>> = {
  clientSecret: readTokenEndpointConfig,
  signedJwt: async (settings, rule) => (await import('./signed-jwt')).signedJwtConfig(settings, rule),
  customRequest: async (settings, rule) => (await import('./custom-request')).customRequestConfig(settings, rule),
};
