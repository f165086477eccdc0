import type { GrantType } from './grant';

/**
 * RFC 6749 §4.3, the user's name and password: legacy, which RFC 9700 §2.4 forbids, since the client learns the password and no
 * second factor can be asked for. A refresh token goes first if there is one.
 */
export const password: GrantType = {
  name: 'password',
  offer: ({ config: { username, password: secret } }) =>
    username === undefined || secret === undefined
      ? []
      : [{ name: 'password', parameters: { username, password: secret }, isSingleUse: false, secrets: [secret], renews: true }],
};
