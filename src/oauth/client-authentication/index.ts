import type { Client, ClientAuthentication } from './client-authentication';
import { clientSecretBasic } from './client-secret-basic';
import { clientSecretPost } from './client-secret-post';
import { none } from './none';

export type { ClientAuthentication } from './client-authentication';
export { basicCredentials } from './client-secret-basic';

/** Those with a client secret, which a user can choose from. */
const WITH_SECRET = [clientSecretBasic, clientSecretPost] as const;

export type ClientAuthenticationName = (typeof WITH_SECRET)[number]['name'];

/** What a user can choose. */
export const CLIENT_AUTHENTICATION_NAMES = WITH_SECRET.map(({ name }) => name);

/**
 * How the client may prove who it is, the best guess first. Where the user has not chosen and there is a secret, it is found
 * out: most servers take it in the header (RFC 6749 §2.3.1), and some only in the body.
 *
 * @param known the name of what has worked before
 */
export function authenticationsFor(
  { clientSecret, clientAuthentication, proof }: Client & { clientAuthentication?: string | undefined; proof?: ClientAuthentication },
  known?: string,
): [ClientAuthentication, ClientAuthentication?] {
  if (proof !== undefined || clientSecret === undefined) return [proof ?? none];
  const chosen = WITH_SECRET.find(({ name }) => name === clientAuthentication);
  if (chosen !== undefined) return [chosen];
  return known === clientSecretPost.name ? [clientSecretPost, clientSecretBasic] : [clientSecretBasic, clientSecretPost];
}
