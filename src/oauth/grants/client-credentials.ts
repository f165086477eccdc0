import type { Grant, GrantType } from './grant';

/** RFC 6749 §4.4: the token is the client's own, and so a user's refresh token gives way to it only where that is allowed. */
export const clientCredentials: Grant & GrantType = {
  name: 'client_credentials',
  parameters: {},
  isSingleUse: false,
  secrets: [],
  offer: ({ config }, others) => (others.length === 0 || config.fallBackToClient ? [clientCredentials] : []),
};
