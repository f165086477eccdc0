import type { ClientAuthentication } from './client-authentication';

/** RFC 6749 §2.3.1: id and secret among the parameters. */
export const clientSecretPost: ClientAuthentication = {
  authenticate({ clientId, clientSecret = '' }, { parameters }) {
    parameters['client_id'] = clientId;
    parameters['client_secret'] = clientSecret;
  },
};
