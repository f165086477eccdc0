import type { AuthenticationName } from '../../settings/authentication';
import type { TokenEndpointConfig, TokenEndpointRule, TokenEndpointSettings } from '../config';
import { readTokenEndpointConfig } from '../config';
import { customRequestConfig } from './custom-request';
import { signedJwtConfig } from './signed-jwt';

/** Reads the settings of a way to get a token: those of its connection, with those of the node. */
type ReadWay = (settings: TokenEndpointSettings, rule: TokenEndpointRule) => TokenEndpointConfig;

/** The ways to get a token, by the value of the nodes' field `authentication`. */
export const WAYS: Readonly<Record<AuthenticationName, ReadWay>> = {
  clientSecret: readTokenEndpointConfig,
  signedJwt: signedJwtConfig,
  customRequest: customRequestConfig,
};
