import type { ClientAuthentication } from './client-authentication';

/** RFC 6749 §2.3.1: id and secret among the parameters. */
export const clientSecretPost = {
  name: 'client_secret_post',
  authenticate({ clientId, clientSecret = '' }, { parameters }) {
    Object.assign(parameters, { client_id: clientId, client_secret: clientSecret });
  },
} as const satisfies ClientAuthentication;
