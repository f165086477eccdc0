/** Reads keys and certificates with Node's crypto; part of what is loaded late with sign.ts. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';

import { AccessTokenError } from '../../errors';
import { readPem } from '../../http/pem';
import { isObject, parseJson } from '../../json';

export interface PrivateKey {
  key: KeyObject;
  /** The algorithm that a JWK names. */
  alg?: string | undefined;
}

type Fault = readonly [what: string, remedy: string];

const PUBLIC: Fault = ['is a public key', 'Paste the private key that belongs to it.'];
const UNREADABLE: Fault = ['cannot be read', 'Paste all of it: PEM from BEGIN to END, a private JWK, or the JSON key of the provider.'];
/** What people paste instead of a private key, by its PEM label. */
const NO_PRIVATE_KEY: readonly (readonly [RegExp, Fault])[] = [
  [/^-+BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m, ['is encrypted', 'Paste it decrypted: openssl pkey -in encrypted.pem -out decrypted.pem asks for its password.']],
  [/^-+BEGIN OPENSSH/, ['is in the format of OpenSSH', 'Convert a copy of its file with ssh-keygen -p -m PKCS8 -N "" -f FILE, and paste that.']],
  [/^-+BEGIN (?:\w+ )*PUBLIC KEY-/, PUBLIC],
  [/^-+BEGIN (?:\w+ )*CERTIFICATE-/, ['is a certificate', 'Paste the private key that belongs to it; the certificate itself goes into the key ID.']],
];

/**
 * @param text PEM (PKCS#8, PKCS#1 or SEC1) however its line ends were pasted, or a JWK
 * @throws AccessTokenError private_key_invalid
 */
export function readPrivateKey(text: string): PrivateKey {
  const json = parseJson(text.trim());
  if (isObject(json)) return readJwk(json);
  const blocks = readPem(typeof json === 'string' ? json : text, 'PRIVATE KEY');
  const { pem, body } = blocks.find(({ label }) => label.endsWith('PRIVATE KEY')) ?? blocks[0] ?? { pem: '', body: text };
  const [, fault] = NO_PRIVATE_KEY.find(([pattern]) => pattern.test(pem)) ?? [];
  if (fault !== undefined) throw keyError(...fault);
  for (const type of ['pkcs8', 'pkcs1', 'sec1'] as const) {
    // Not by the label: many a PKCS#8 key stands under "RSA PRIVATE KEY".
    const key = attempt(() => createPrivateKey({ key: Buffer.from(body, 'base64'), format: 'der', type }));
    if (key !== undefined) return { key };
  }
  throw keyError(...UNREADABLE);
}

/** @param json a JWK, or a set of them (RFC 7517) */
function readJwk(json: Record<string, unknown>): PrivateKey {
  const jwks = (Array.isArray(json['keys']) ? json['keys'] : [json]).filter(isObject);
  const jwk = jwks.find(({ d }) => d !== undefined);
  const key = jwk && attempt(() => createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' }));
  if (key !== undefined) return { key, alg: typeof jwk?.['alg'] === 'string' ? jwk['alg'] : undefined };
  throw keyError(...(jwk === undefined && jwks.some(({ n, x }) => n ?? x) ? PUBLIC : UNREADABLE));
}

/** @returns the certificates in a PEM, those that can be read */
export function readCertificates(text: string): X509Certificate[] {
  const blocks = readPem(text, 'CERTIFICATE').filter(({ label }) => label.endsWith('CERTIFICATE'));
  return blocks.flatMap(({ pem }) => attempt(() => new X509Certificate(pem)) ?? []);
}

/** Drops what is thrown: it may quote from the key. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function keyError(what: string, remedy: string): AccessTokenError {
  return new AccessTokenError('private_key_invalid', `The private key ${what}.`, { field: 'key', remedy });
}
