import { clientSecretBasic } from './client-secret-basic';
import { clientSecretPost } from './client-secret-post';

/** All of them by their names, the default first. */
export const CLIENT_AUTHENTICATIONS = {
  client_secret_basic: clientSecretBasic,
  client_secret_post: clientSecretPost,
} as const;

/** The name of a client authentication, from the OAuth registry (RFC 7591 §2). */
export type ClientAuthenticationName = keyof typeof CLIENT_AUTHENTICATIONS;

export const CLIENT_AUTHENTICATION_NAMES = Object.keys(CLIENT_AUTHENTICATIONS) as ClientAuthenticationName[];
