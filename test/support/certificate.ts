import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** A certificate for this machine that nothing trusts by default. */
export interface Certificate {
  key: string;
  cert: string;
  /** A file with the certificate, for the `NODE_EXTRA_CA_CERTS` of a process that should trust it. */
  file: string;
  remove: () => void;
}

export interface CertificateOptions {
  /** The host that it is for, instead of this machine. */
  host?: string;
  /** When it expires. */
  notAfter?: Date;
  /** When it becomes valid. */
  notBefore?: Date;
  /** The authority that signs it. If absent, it is self-signed. */
  issuer?: Pick<Certificate, 'key' | 'cert'>;
  /** Encrypts the key. */
  passphrase?: string;
  /** Default: sha256. */
  algorithm?: 'sha1';
}

export async function createCertificate({ host, notAfter, notBefore, issuer, passphrase, algorithm }: CertificateOptions = {}): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: host ?? 'localhost' }], {
    keyType: 'ec',
    algorithm: algorithm ?? 'sha256',
    ...(notAfter === undefined ? {} : { notBeforeDate: new Date('2020-01-01'), notAfterDate: notAfter }),
    ...(notBefore === undefined ? {} : { notBeforeDate: notBefore }),
    ...(issuer === undefined ? {} : { ca: { key: issuer.key, cert: issuer.cert } }),
    ...(passphrase === undefined ? {} : { passphrase }),
    extensions: [
      { name: 'basicConstraints', cA: issuer === undefined, critical: true },
      {
        name: 'subjectAltName',
        altNames:
          host === undefined
            ? [
                { type: 2, value: 'localhost' },
                { type: 7, ip: '127.0.0.1' },
              ]
            : [{ type: 2, value: host }],
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'access-token-certificate-'));
  const file = join(folder, 'certificate.pem');
  writeFileSync(file, cert);
  return { key, cert, file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
