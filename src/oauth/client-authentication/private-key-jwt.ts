import { assertion } from './assertion';
import type { ClientAuthentication } from './client-authentication';

/** RFC 7523 §2.2: an assertion that the client has signed, made anew for each attempt. */
export const privateKeyJwt: ClientAuthentication = {
  async authenticate(client, { parameters }, world) {
    parameters['client_id'] = client.clientId;
    parameters['client_assertion_type'] = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    parameters['client_assertion'] = await assertion(client, world);
  },
};
