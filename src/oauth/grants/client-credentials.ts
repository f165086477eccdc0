import type { Grant, GrantType } from './grant';

/** RFC 6749 §4.4: the token is the client's own. */
export const clientCredentials: Grant & GrantType = {
  name: 'client_credentials',
  parameters: {},
  isSingleUse: false,
  secrets: [],
  offer: () => clientCredentials,
};
