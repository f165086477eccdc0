export { accessTokenStore } from './access-token-store';
export type { Connection, ConnectionField } from './connection';
export { oauth2ClientCredentials } from './oauth2-client-credentials';
