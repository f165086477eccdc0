export { accessTokenStore } from './access-token-store';
export { accessTokenStoreRedis } from './access-token-store-redis';
export { cognigyApi } from './cognigy-api';
export type { Connection, ConnectionField } from './connection';
export { oauth2ClientCredentials } from './oauth2-client-credentials';
