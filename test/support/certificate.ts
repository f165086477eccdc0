import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { generate } from 'selfsigned';

/** A certificate for this machine that nobody trusts by itself. */
export interface Certificate {
  key: string;
  cert: string;
  /** The certificate in a file, for the `NODE_EXTRA_CA_CERTS` of a process that is to trust it. */
  file: string;
  remove: () => void;
}

export interface CertificateOptions {
  /** The host that it is for, in the place of this machine. */
  host?: string;
  /** When it expires. */
  notAfter?: Date;
}

export async function createCertificate({ host, notAfter }: CertificateOptions = {}): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: host ?? 'localhost' }], {
    keyType: 'ec',
    ...(notAfter === undefined ? {} : { notBeforeDate: new Date('2020-01-01'), notAfterDate: notAfter }),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
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
