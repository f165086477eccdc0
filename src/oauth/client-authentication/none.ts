import type { ClientAuthentication } from './client-authentication';

/**
 * RFC 6749 §3.2.1: a client without a secret only says who it is. So does one that is known by the certificate of its
 * connection, RFC 8705 §2.
 */
export const none: ClientAuthentication = {
  name: 'none',
  authenticate({ clientId }, { parameters }) {
    parameters['client_id'] = clientId;
  },
};
