import type { Grant, GrantType } from './grant';

/** RFC 6749 §4.4: the token is the client's own. It replaces a user's refresh token only if the settings allow that. */
export const clientCredentials: Grant & GrantType = {
  name: 'client_credentials',
  parameters: {},
  isSingleUse: false,
  secrets: [],
  offer: ({ config }, others) => (others.length === 0 || config.fallBackToClient ? [clientCredentials] : []),
};
