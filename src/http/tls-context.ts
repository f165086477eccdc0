import { createPrivateKey, X509Certificate } from 'crypto';
import type { KeyObject } from 'crypto';
import { readFileSync } from 'fs';
import tls from 'tls';
import type { SecureContext } from 'tls';

import { AccessTokenError } from '../errors';
import { readPem } from './pem';
import type { PemBlock } from './pem';
import { errorCodeOf } from './transport';
import type { TlsContext } from './transport';

/** Texts as they were entered. */
export interface TlsSettings {
  /** Certificates of authorities, PEM. They are trusted in addition to those of this installation. */
  certificateAuthority: string | undefined;
  /** PEM, with intermediate certificates if any. */
  clientCertificate: string | undefined;
  clientKey: string | undefined;
  /** Of an encrypted key. */
  passphrase: string | undefined;
}

export interface Tls {
  context: TlsContext;
  /** Why servers may refuse: the client certificate has expired, or isn't valid yet. It is used all the same, because not every server asks. */
  outdated: AccessTokenError | undefined;
}

interface Certificate {
  pem: string;
  x509: X509Certificate;
}

/** The client's certificate first, then those between it and its authority. */
interface Client {
  chain: Certificate[];
  key: string;
}

const AS_PEM = 'Enter PEM text, from -----BEGIN to the end of the line that starts with -----END.';

/**
 * Checks certificates and key, and makes of them what Node's TLS client takes, with the key inside and nowhere else.
 *
 * @param now Unix milliseconds
 * @throws AccessTokenError certificate_invalid
 */
export function openTls(settings: TlsSettings, now: number): Tls {
  const { certificateAuthority, passphrase } = settings;
  const client = readClient(settings);
  const authorities = certificateAuthority === undefined ? [] : readCertificates(certificateAuthority, 'certificateAuthority');
  if (client === undefined && authorities.length === 0) {
    const remedy = 'Enter the certificate of a private authority, or a client certificate and its key.';
    throw invalid('certificateAuthority', 'The TLS connection is empty: "certificateAuthority" and the client certificate are missing.', remedy);
  }
  const context = contextOf(client, passphrase);
  const native = context.context as { addCACert: (pem: string) => void };
  // The option `ca` would take the place of all public roots, and to name them there again takes 30 ms.
  const added = authorities.length === 0 ? [] : [...authorities, ...installedAuthorities()];
  for (const { pem } of added) native.addCACert(pem);
  return { context, outdated: outdatedIn(client, now) };
}

function contextOf(client: Client | undefined, passphrase: string | undefined): SecureContext {
  if (client === undefined) return tls.createSecureContext();
  const cert = client.chain.map(({ pem }) => pem).join('');
  try {
    return tls.createSecureContext({ cert, key: client.key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (thrown) {
    const message = `The certificate in "clientCertificate" can't be used (${errorCodeOf(thrown) ?? 'TLS'}).`;
    throw invalid('clientCertificate', message, 'Ask its authority for one with a longer key and a current signature algorithm.');
  }
}

function readClient({ clientCertificate, clientKey, passphrase }: TlsSettings): Client | undefined {
  if (clientCertificate === undefined && clientKey === undefined) return undefined;
  if (clientCertificate === undefined) throw invalid('clientCertificate', 'The client key has no certificate: "clientCertificate" is empty.');
  if (clientKey === undefined) throw invalid('clientKey', 'The client certificate has no key: "clientKey" is empty.');
  const certificates = readCertificates(clientCertificate, 'clientCertificate');
  const { pem: key, parsed } = readKey(clientKey, passphrase);
  const own = certificates.find(({ x509 }) => x509.checkPrivateKey(parsed));
  if (own === undefined) {
    const remedy = 'Enter the key that the certificate was requested with, or the certificate for this key.';
    throw invalid('clientKey', 'The key in "clientKey" does not belong to the client certificate.', remedy);
  }
  return { chain: [own, ...certificates.filter((other) => other !== own)], key };
}

function readKey(text: string, passphrase: string | undefined): { pem: string; parsed: KeyObject } {
  const block = readPem(text, 'PRIVATE KEY').find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw invalid('clientKey', 'There is no private key in "clientKey".');
  const { label, pem } = block;
  const isEncrypted = label.startsWith('ENCRYPTED') || pem.includes('\nDEK-Info:');
  if (isEncrypted && passphrase === undefined) {
    throw invalid('passphrase', 'The client key is encrypted, and "passphrase" is empty.', 'Enter the passphrase of the key.');
  }
  try {
    return { pem, parsed: createPrivateKey({ key: pem, ...(isEncrypted ? { passphrase } : {}) }) };
  } catch {
    // OpenSSL's own words don't help.
    const convert = 'rewrite it with "openssl pkcs8 -topk8"';
    if (!isEncrypted) throw invalid('clientKey', 'The private key in "clientKey" can\'t be read.', `${AS_PEM} If it is whole, ${convert}.`);
    throw invalid('passphrase', 'The client key can\'t be decrypted with "passphrase".', `Check the passphrase. If it is right, ${convert}.`);
  }
}

/** @throws AccessTokenError certificate_invalid if there is none, or one can't be read */
function readCertificates(text: string, field: string): Certificate[] {
  const blocks = readPem(text, 'CERTIFICATE').filter(({ label }) => label.endsWith('CERTIFICATE'));
  if (blocks.length === 0) throw invalid(field, `There is no certificate in "${field}".`);
  return blocks.map(({ pem }, index) => {
    try {
      return { pem, x509: new X509Certificate(pem) };
    } catch {
      throw invalid(field, `Certificate ${index + 1} of ${blocks.length} in "${field}" can't be read.`);
    }
  });
}

/** The operator's own authorities. Before 22.15, Node.js forgets them as soon as another authority is added. */
function installedAuthorities(): PemBlock[] {
  const file = process.env['NODE_EXTRA_CA_CERTS'];
  try {
    return file === undefined || 'getCACertificates' in tls ? [] : readPem(readFileSync(file, 'utf8'), 'CERTIFICATE');
  } catch {
    // Node.js itself only warns of a file that can't be read.
    return [];
  }
}

function outdatedIn(client: Client | undefined, now: number): AccessTokenError | undefined {
  const { validFrom = '', validTo = '' } = client?.chain[0]?.x509 ?? {};
  const hasExpired = now >= Date.parse(validTo);
  if (!hasExpired && !(now < Date.parse(validFrom))) return undefined;
  const when = hasExpired ? `expired on ${dayOf(validTo)}` : `is not valid before ${dayOf(validFrom)}`;
  const remedy = 'Enter a valid certificate in the TLS connection. If this one is valid, check the clock of this installation.';
  return invalid('clientCertificate', `The certificate in "clientCertificate" ${when}.`, remedy);
}

function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}

function invalid(field: string, message: string, remedy = AS_PEM): AccessTokenError {
  return new AccessTokenError('certificate_invalid', message, { field, remedy });
}
