/** Signs with Node's crypto. Loaded late, where an assertion is needed: nothing else pays for it. */
import { constants, sign, verify } from 'node:crypto';
import type { KeyObject, SigningOptions } from 'node:crypto';

import { AccessTokenError } from '../../errors';
import { attempt, keyError, readCertificates, readPrivateKey } from './read-key';

export interface JwtKey {
  /** PEM (PKCS#8, PKCS#1 or SEC1) however its line ends were pasted, or the text of a JWK. */
  privateKey: string;
  /** The `kid`, or the certificate of the key as PEM. */
  keyId?: string | undefined;
  /** One of RFC 7518 §3.1. If empty, the one that the JWK names, or the usual one for the key. */
  algorithm?: string | undefined;
}

/** By the type of the key, the usual one first. */
const ALGORITHMS: Record<string, Record<string, SigningOptions>> = {
  rsa: { RS256: {}, PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } },
  ec: { ES256: { dsaEncoding: 'ieee-p1363' } },
};
const KNOWN_ALGORITHMS = Object.values(ALGORITHMS).flatMap(Object.keys);
/** RFC 7518 §3.3. */
const SHORTEST_RSA_KEY = 2048;
const OTHER_KEY = `Make another key, RSA with ${SHORTEST_RSA_KEY} bits or more or EC on the curve P-256, and register it at the provider.`;
const LONGEST_KEY_ID = 150;

/**
 * Makes a signed JWT in the compact form (RFC 7515 §7.1).
 *
 * @throws AccessTokenError private_key_invalid, algorithm_invalid, certificate_invalid: `field` is `key`, `algorithm` or `keyId`
 */
export function signJwt({ privateKey, keyId, algorithm }: JwtKey, claims: object): string {
  const { key, alg: stated } = readPrivateKey(privateKey);
  const [alg, options] = algorithmFor(key, [algorithm, stated].find(Boolean));
  const header = { alg, typ: 'JWT', ...keyIdentifier(key, keyId?.trim()) };
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${input}.${signatureOf(Buffer.from(input), { key, ...options })}`;
}

/** Checked before it is sent: with a digit wrong, some keys can be read all the same. */
function signatureOf(input: Buffer, key: SigningOptions & { key: KeyObject }): string {
  const signature = attempt(() => sign('sha256', input, key));
  if (signature === undefined || !verify('sha256', input, key, signature)) throw keyError('is damaged', 'Paste all of it again.');
  return signature.toString('base64url');
}

function algorithmFor(key: KeyObject, wanted: string | undefined): [string, SigningOptions] {
  const { asymmetricKeyType: type = '', asymmetricKeyDetails: { namedCurve = 'of its own', modulusLength = 0 } = {} } = key;
  const fitting = Object.entries(ALGORITHMS[type] ?? {});
  if (fitting.length === 0) throw keyError(`is of the type ${type}`, OTHER_KEY);
  if (type === 'ec' && namedCurve !== 'prime256v1') throw keyError(`is on the curve ${namedCurve}, not on P-256`, OTHER_KEY);
  if (type === 'rsa' && modulusLength < SHORTEST_RSA_KEY) throw keyError(`has ${modulusLength} bits only`, OTHER_KEY);
  const chosen = fitting.find(([name]) => !wanted || name === wanted);
  if (chosen !== undefined) return chosen;
  const isKnown = wanted !== undefined && KNOWN_ALGORITHMS.includes(wanted);
  const message = isKnown ? `The algorithm ${wanted} does not fit the private key, which is ${type.toUpperCase()}.` : 'The algorithm is not supported.';
  const remedy = `Choose ${fitting.map(([name]) => name).join(' or ')} for this key, or leave the algorithm empty.`;
  throw new AccessTokenError('algorithm_invalid', message, { field: 'algorithm', remedy });
}

/** For a certificate both thumbprints: Entra looks for `x5t` with RS256 and for `x5t#S256` with PS256, AD FS for `x5t`. */
function keyIdentifier(key: KeyObject, keyId: string | undefined): Record<string, string> {
  if (!keyId) return {};
  // A private key that was pasted here must not be sent.
  if (keyId.length <= LONGEST_KEY_ID && !/BEGIN|[{\n]/.test(keyId)) return { kid: keyId };
  const certificates = readCertificates(keyId);
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (own !== undefined) return { x5t: thumbprint(own.fingerprint), 'x5t#S256': thumbprint(own.fingerprint256) };
  const [message, remedy] =
    certificates.length > 0
      ? ['The certificate does not belong to the private key.', 'Paste the certificate that was made for this private key.']
      : ['The key ID is neither an ID nor a certificate.', 'Enter the ID of the key, or paste its whole certificate as PEM.'];
  throw new AccessTokenError('certificate_invalid', message, { field: 'keyId', remedy });
}

function thumbprint(hex: string): string {
  return Buffer.from(hex.replace(/:/g, ''), 'hex').toString('base64url');
}
