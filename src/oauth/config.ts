export { parseExtraParameters } from '../settings/extra-parameters';
export { readTokenEndpointConfig } from '../settings/token';
export type { ClientAuthentication, TokenEndpointConfig, TokenEndpointSettings } from '../settings/token';
