import { optionalText } from './setting';
import type { ConnectionType, Reader, Readers } from './setting';

/** Spaces may be part of it. Line ends come from pasting. */
const readPassphrase: Reader<string | undefined> = (value) => (typeof value === 'string' ? value.replace(/[\r\n]+$/, '') || undefined : undefined);

/** The certificates to trust, and the one that the client shows. `http/tls-context` reads them further. */
export const TLS_CERTIFICATES = {
  certificateAuthority: optionalText,
  clientCertificate: optionalText,
  clientKey: optionalText,
  passphrase: readPassphrase,
} satisfies Readers;

/** Certificates for every server that a node calls, including RFC 8705 §2. */
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
