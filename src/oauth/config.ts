export { parseExtraParameters } from '../settings/extra-parameters';
export { readTokenEndpointConfig } from '../settings/token';
export type { TokenEndpointConfig, TokenEndpointSettings } from '../settings/token';
