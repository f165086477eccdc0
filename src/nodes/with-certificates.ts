import { AccessTokenError } from '../errors';
import { openTls } from '../http/tls-context';
import { readSettings } from '../settings/setting';
import type { Entered } from '../settings/setting';
import { TLS_CERTIFICATES } from '../settings/tls';
import type { StoreEnvironment } from './open-store';

/** The outside world as a node's settings define it. */
export interface Surroundings<E> {
  environment: E;
  /** Adds what explains an error from there. */
  explain: (error: AccessTokenError) => AccessTokenError;
}

/**
 * The same outside world, but requests use the certificates of a node's `tlsConnection`. This is a file of its own in
 * the extension, so that other nodes don't pay for TLS and for reading certificates.
 *
 * @throws AccessTokenError certificate_invalid
 */
export function withCertificates<E extends StoreEnvironment>(outside: E, connection: Entered<typeof TLS_CERTIFICATES>): Surroundings<E> {
  const { context: tls, outdated } = openTls(readSettings(connection, TLS_CERTIFICATES), outside.now());
  return {
    environment: { ...outside, tls, transport: (request, timeoutMs) => outside.transport({ ...request, tls }, timeoutMs) },
    explain: (error) => {
      if (outdated === undefined) return error;
      // The likely cause, then the error that it led to.
      const { code, message, field, remedy } = outdated;
      const { transient, retryAt } = error;
      return new AccessTokenError(code, `${message} ${error.message}`, { field, remedy, transient, retryAt });
    },
  };
}
