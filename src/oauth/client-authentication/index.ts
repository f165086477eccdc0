import type { Client, ClientAuthentication } from './client-authentication';
import { clientSecretBasic } from './client-secret-basic';
import { clientSecretPost } from './client-secret-post';
import { none } from './none';
import { privateKeyJwt } from './private-key-jwt';

/** All of them by their names in the OAuth registry (RFC 7591 §2). Those with a secret come first, in the order in which they are tried. */
export const CLIENT_AUTHENTICATIONS = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
  none,
  private_key_jwt: privateKeyJwt,
} as const satisfies Record<string, ClientAuthentication>;

export type ClientAuthenticationName = keyof typeof CLIENT_AUTHENTICATIONS;

/** Those that a user can choose from: the others follow from what there is to prove it with. */
export const CLIENT_AUTHENTICATION_NAMES = ['client_secret_basic', 'client_secret_post'] as const satisfies readonly ClientAuthenticationName[];

/**
 * How the client may prove who it is, the best guess first. Where the user has not chosen and there is a secret, it is found
 * out: most servers take it in the header (RFC 6749 §2.3.1), and some only in the body.
 *
 * @param known what has worked before
 */
export function authenticationsFor(
  { clientAuthentication, clientSecret, signedJwt }: Client & { clientAuthentication?: ClientAuthenticationName | undefined },
  known?: string,
): [ClientAuthenticationName, ...ClientAuthenticationName[]] {
  if (signedJwt?.use === 'client') return ['private_key_jwt'];
  if (clientSecret === undefined) return ['none'];
  if (clientAuthentication !== undefined) return [clientAuthentication];
  return known === 'client_secret_post' ? ['client_secret_post', 'client_secret_basic'] : ['client_secret_basic', 'client_secret_post'];
}
