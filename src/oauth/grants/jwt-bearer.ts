import { assertion } from '../client-authentication/assertion';
import type { Grant, GrantType } from './grant';

/** RFC 7523 §2.1: an assertion that says for whom the token is, made anew for each attempt. */
const jwtBearer: Grant = {
  name: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  parameters: {},
  isSingleUse: false,
  secrets: [],
  provesClient: true,
  freshParameters: async (config, world) => ({ assertion: await assertion(config, world) }),
};

export const jwtBearerGrant: GrantType = {
  name: jwtBearer.name,
  offer: ({ config }) => (config.signedJwt?.use === 'grant' ? [jwtBearer] : []),
};
