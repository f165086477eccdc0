import { optionalText } from './setting';
import type { ConnectionType, Reader, Readers } from './setting';

/** Spaces may be part of it. A line end at its end comes from pasting. */
const readPassphrase: Reader<string | undefined> = (value) => (typeof value === 'string' ? value.replace(/[\r\n]+$/, '') || undefined : undefined);

/** The authority that the node trusts, and the certificate that it shows to servers. `http/tls-context` checks them. */
export const TLS_CERTIFICATES = {
  certificateAuthority: optionalText,
  clientCertificate: optionalText,
  clientKey: optionalText,
  passphrase: readPassphrase,
} satisfies Readers;

/** Certificates for every server that a node calls, also to prove who the client is (RFC 8705 §2). */
export const TLS_CERTIFICATES_CONNECTION = {
  type: 'tlsCertificates',
  label: 'TLS Certificates',
  fields: {
    certificateAuthority: {
      label: 'Certificate authority',
      description: 'For servers of a private authority: its certificates, as PEM. Public authorities stay trusted',
      required: false,
    },
    clientCertificate: {
      label: 'Client certificate',
      description: 'For servers that ask for one: as PEM, with any intermediate certificates',
      required: false,
    },
    clientKey: { label: 'Client key', description: 'The private key of the client certificate, as PEM', required: false },
    passphrase: { label: 'Passphrase', description: 'Only if the client key is encrypted', required: false },
  },
} as const satisfies ConnectionType & { fields: Record<keyof typeof TLS_CERTIFICATES, unknown> };
