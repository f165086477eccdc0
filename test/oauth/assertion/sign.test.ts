import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import fc from 'fast-check';
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, importSPKI, jwtVerify } from 'jose';

import { describe as textOf } from '../../../src/errors';
import { readKeyFile } from '../../../src/settings/key-file';
import { readPrivateKey } from '../../../src/oauth/assertion/read-key';
import { signJwt } from '../../../src/oauth/assertion/sign';
import type { JwtKey } from '../../../src/oauth/assertion/sign';
import { thrownBy } from '../../support/thrown-by';
import { certified, EC, jwkOf, pemOf, quotes, RSA } from './keys';

const CLAIMS = { iss: 'bot', aud: 'https://login.example.com/token', jti: '1', scope: 'größe ✓' };

/** As an authorization server does it, which has the public key only. */
async function verified(jwt: string, key: KeyObject, alg: string) {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  return jwtVerify(jwt, await importSPKI(spki, alg), { algorithms: [alg] });
}

describe('jose accepts what is signed', () => {
  const keys: [string, KeyObject, string, string][] = [
    ['PKCS#8, RSA', RSA, pemOf(RSA), 'RS256'],
    ['PKCS#1', RSA, pemOf(RSA, 'pkcs1'), 'RS256'],
    ['a JWK, RSA', RSA, jwkOf(RSA), 'RS256'],
    ['PKCS#8, EC', EC, pemOf(EC), 'ES256'],
    ['SEC1', EC, pemOf(EC, 'sec1'), 'ES256'],
    ['a JWK, EC', EC, jwkOf(EC), 'ES256'],
    ['a set of JWKs', EC, `{"keys":[${jwkOf(createPublicKey(RSA))},${jwkOf(EC)}]}`, 'ES256'],
    ['base64 without BEGIN and END', RSA, RSA.export({ type: 'pkcs8', format: 'der' }).toString('base64'), 'RS256'],
    ['a PKCS#8 key with the label of PKCS#1', RSA, pemOf(RSA).replaceAll('PRIVATE', 'RSA PRIVATE'), 'RS256'],
    ['what openssl ecparam writes', EC, `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${pemOf(EC, 'sec1')}`, 'ES256'],
    ['what openssl pkcs12 writes', RSA, `Bag Attributes\n    localKeyID: 01 02\nKey Attributes: <No Attributes>\n${pemOf(RSA)}`, 'RS256'],
    ['a public key before it', RSA, `${createPublicKey(RSA).export({ type: 'spki', format: 'pem' }).toString()}${pemOf(RSA)}`, 'RS256'],
  ];

  test.each(keys)('%s', async (_, key, privateKey, alg) => {
    const { payload, protectedHeader } = await verified(signJwt({ privateKey }, CLAIMS), key, alg);
    expect(payload).toEqual(CLAIMS);
    expect(protectedHeader).toEqual({ alg, typ: 'JWT' });
  });

  test.each([
    ['PS256 by choice', RSA, { privateKey: pemOf(RSA), algorithm: 'PS256' }, 'PS256'],
    ['PS256 as the JWK says', RSA, { privateKey: jwkOf(RSA, { alg: 'PS256' }), algorithm: '' }, 'PS256'],
    ['RS256 by choice, whatever the JWK says', RSA, { privateKey: jwkOf(RSA, { alg: 'PS256' }), algorithm: 'RS256' }, 'RS256'],
    ['ES256 by choice', EC, { privateKey: pemOf(EC), algorithm: 'ES256' }, 'ES256'],
  ])('%s', async (_, key, jwtKey, alg) => {
    expect((await verified(signJwt(jwtKey, CLAIMS), key, alg)).protectedHeader.alg).toBe(alg);
  });

  test('a signature by another key, or over other claims, it refuses', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    await expect(verified(signJwt({ privateKey: pemOf(other) }, CLAIMS), EC, 'ES256')).rejects.toThrow('signature');
    const [header, , signature] = signJwt({ privateKey: pemOf(EC) }, CLAIMS).split('.');
    const [, claims] = signJwt({ privateKey: pemOf(EC) }, { ...CLAIMS, iss: 'other' }).split('.');
    await expect(verified([header, claims, signature].join('.'), EC, 'ES256')).rejects.toThrow('signature');
  });
});

describe('a key is read however it was pasted', () => {
  const blank = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r', ' ', '   ', '\t', '', '\\n', '\\r\\n', '\\\\n', ' \\n ', '\n\n', '\\\n');
  const shape = fc.record({
    lineEnd,
    lineLength: fc.constantFrom(64, 76, 1000, 7),
    before: fc.tuple(fc.constantFrom('', '\ufeff'), blank).map((parts) => parts.join('')),
    after: blank,
    label: fc.constantFrom('as it is', 'without spaces', 'with more spaces'),
    wrap: fc.constantFrom('', 'JSON', "'", '"'),
  });
  type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

  function pasted(pem: string, { lineEnd: end, lineLength, before, after, label, wrap }: Shape): string {
    const [, name = '', body = ''] = /BEGIN ([A-Z ]+)-+([^-]+)/.exec(pem) ?? [];
    const shown = label === 'as it is' ? name : name.replace(/ /g, label === 'without spaces' ? '' : '  ');
    const lines = body.replace(/\s/g, '').match(new RegExp(`.{1,${lineLength}}`, 'g')) ?? [];
    const space = label === 'without spaces' ? '' : ' ';
    const text = before + [`-----BEGIN${space}${shown}-----`, ...lines, `-----END${space}${shown}-----`].join(end) + after;
    return wrap === 'JSON' ? JSON.stringify(text) : wrap + text + wrap;
  }

  test.each([
    ['PKCS#8', RSA, pemOf(RSA)],
    ['PKCS#1', RSA, pemOf(RSA, 'pkcs1')],
    ['SEC1', EC, pemOf(EC, 'sec1')],
  ])('%s', (_, key, pem) => {
    fc.assert(
      fc.property(shape, (how) => {
        expect(readPrivateKey(pasted(pem, how)).key.equals(key)).toBe(true);
      }),
    );
  });

  test('as part of a JSON key', () => {
    fc.assert(
      fc.property(shape, fc.constantFrom(undefined, 2), blank, (how, indent, space) => {
        const file = JSON.stringify({ type: 'service_account', private_key: pasted(pemOf(RSA), how) }, null, indent);
        expect(readPrivateKey(readKeyFile(space + file + space).privateKey).key.equals(RSA)).toBe(true);
      }),
    );
  });

  test.each([
    ['blank space around it', (jwk: string) => `\ufeff \n${jwk}\r\n `],
    ['indented', (jwk: string) => JSON.stringify(JSON.parse(jwk), null, 2)],
  ])('a JWK, %s', async (_, change) => {
    await verified(signJwt({ privateKey: change(jwkOf(EC)) }, CLAIMS), EC, 'ES256');
  });
});

describe('the header names the key', () => {
  const headerOf = (key: JwtKey) => decodeProtectedHeader(signJwt(key, CLAIMS));

  test.each(['', '  ', undefined])('not without a key ID (%j)', (keyId) => {
    expect(headerOf({ privateKey: pemOf(EC), keyId })).toEqual({ alg: 'ES256', typ: 'JWT' });
  });

  test('by its ID', async () => {
    const kid = await calculateJwkThumbprint(await exportJWK(createPublicKey(EC)));
    expect(headerOf({ privateKey: pemOf(EC), keyId: ` ${kid}\n` })).toEqual({ alg: 'ES256', typ: 'JWT', kid });
    expect(headerOf({ privateKey: pemOf(EC), keyId: `urn:ietf:params:oauth:jwk-thumbprint:sha-256:${kid}` })).toHaveProperty('kid');
  });

  test.each(['rsa', 'ec'] as const)('by its certificate (%s)', async (keyType) => {
    const { key, certificate } = await certified(keyType);
    const other = await certified('ec');
    const { fingerprint, fingerprint256 } = new X509Certificate(certificate);
    const thumbprints = {
      x5t: Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url'),
      'x5t#S256': Buffer.from(fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    };
    const shapes = [
      certificate,
      certificate.replace(/\n/g, ' '),
      certificate.replace(/\n/g, ''),
      certificate.replace(/\n/g, '\\n'),
      certificate.replace(/\n/g, '\r\n'),
      `subject=CN = bot.example.com\n${certificate}`,
      `${other.certificate}\n${certificate}`,
    ];
    for (const keyId of shapes) {
      const header = headerOf({ privateKey: pemOf(key), keyId });
      expect(header).toEqual({ alg: keyType === 'rsa' ? 'RS256' : 'ES256', typ: 'JWT', ...thumbprints });
    }
  });
});

describe('an error says what is wrong, in which field, and what to do', () => {
  const { privateKey: p384 } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const { privateKey: secp256k1 } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
  const { privateKey: ed25519 } = generateKeyPairSync('ed25519');
  const { privateKey: pss } = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  const { privateKey: short } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const { privateKey: otherEc } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicPem = createPublicKey(RSA).export({ type: 'spki', format: 'pem' }).toString();
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'canary-passphrase' } as const;
  const encrypted = RSA.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString();
  const encryptedPkcs1 = RSA.export({ type: 'pkcs1', format: 'pem', ...encryption }).toString();
  const withoutD = (key: KeyObject) => jwkOf(createPublicKey(key));
  const ownCertificate = certified('rsa');
  const good = pemOf(RSA);

  const MISTAKES: [string, JwtKey | (() => Promise<JwtKey>), object, RegExp][] = [
    ['an encrypted key', { privateKey: encrypted }, { field: 'key', message: 'The private key is encrypted.' }, /openssl pkey/],
    ['an encrypted key on one line', { privateKey: encrypted.replace(/\n/g, ' ') }, { field: 'key', message: 'The private key is encrypted.' }, /openssl pkey/],
    ['an encrypted PKCS#1 key', { privateKey: encryptedPkcs1 }, { field: 'key', message: 'The private key is encrypted.' }, /openssl pkey/],
    [
      "OpenSSH's own format",
      { privateKey: good.replaceAll('PRIVATE', 'OPENSSH PRIVATE') },
      { field: 'key', message: 'The private key is in the format of OpenSSH.' },
      /ssh-keygen/,
    ],
    ['a public key', { privateKey: publicPem }, { field: 'key', message: 'The private key is a public key.' }, /private key/],
    ['a public key of PKCS#1', { privateKey: createPublicKey(RSA).export({ type: 'pkcs1', format: 'pem' }).toString() }, { message: 'The private key is a public key.' }, /private key/],
    ['a public JWK, RSA', { privateKey: withoutD(RSA) }, { field: 'key', message: 'The private key is a public key.' }, /private key/],
    ['a public JWK, EC', { privateKey: withoutD(EC) }, { field: 'key', message: 'The private key is a public key.' }, /private key/],
    ['a set of public JWKs', { privateKey: `{"keys":[${withoutD(EC)}]}` }, { field: 'key', message: 'The private key is a public key.' }, /private key/],
    ['a certificate', async () => ({ privateKey: (await ownCertificate).certificate }), { field: 'key', message: 'The private key is a certificate.' }, /key ID/],
    ['nothing', { privateKey: '' }, { field: 'key', message: 'The private key cannot be read.' }, /BEGIN to END/],
    ['a password', { privateKey: 'canary-Tr0ub4dor-and-3' }, { field: 'key', message: 'The private key cannot be read.' }, /BEGIN to END/],
    ['half of a key', { privateKey: good.slice(0, 800) }, { field: 'key', message: 'The private key cannot be read.' }, /BEGIN to END/],
    ['a key that lacks a line', { privateKey: good.replace(/\n.{64}/, '') }, { field: 'key', message: 'The private key cannot be read.' }, /BEGIN to END/],
    ['JSON of something else', { privateKey: '{"web":{"client_id":"1"}}' }, { field: 'key', message: 'The private key cannot be read.' }, /JSON key/],
    ['a symmetric JWK', { privateKey: '{"kty":"oct","k":"canary-symmetric-key"}' }, { field: 'key', message: 'The private key cannot be read.' }, /private JWK/],
    ['a damaged JWK', { privateKey: jwkOf(RSA, { p: undefined }) }, { field: 'key', message: 'The private key cannot be read.' }, /private JWK/],
    ['an RSA JWK with an even prime number', { privateKey: jwkOf(RSA, { p: 'AQAC' }) }, { field: 'key', message: 'The private key is damaged.' }, /Paste all of it again/],
    ['an EC JWK with the number of another key', { privateKey: jwkOf(EC, { d: otherEc.export({ format: 'jwk' }).d }) }, { field: 'key', message: 'The private key is damaged.' }, /Paste all of it again/],
    ['the curve P-384', { privateKey: pemOf(p384) }, { field: 'key', message: 'The private key is on the curve secp384r1, not on P-256.' }, /P-256.*provider/],
    ['the curve P-384 in a JWK', { privateKey: jwkOf(p384) }, { message: 'The private key is on the curve secp384r1, not on P-256.' }, /P-256/],
    ['the curve of Bitcoin', { privateKey: pemOf(secp256k1) }, { message: 'The private key is on the curve secp256k1, not on P-256.' }, /P-256/],
    ['Ed25519', { privateKey: pemOf(ed25519) }, { field: 'key', message: 'The private key is of the type ed25519.' }, /RSA.*P-256/],
    ['a key for PSS only', { privateKey: pemOf(pss) }, { field: 'key', message: 'The private key is of the type rsa-pss.' }, /RSA.*P-256/],
    ['a short RSA key', { privateKey: pemOf(short) }, { field: 'key', message: 'The private key has 1024 bits only.' }, /2048/],
    [
      'ES256 for RSA',
      { privateKey: good, algorithm: 'ES256' },
      { code: 'algorithm_invalid', field: 'algorithm', message: 'The algorithm ES256 does not fit the private key, which is RSA.' },
      /^Choose RS256 or PS256/,
    ],
    [
      'PS256 for EC',
      { privateKey: pemOf(EC), algorithm: 'PS256' },
      { code: 'algorithm_invalid', field: 'algorithm', message: 'The algorithm PS256 does not fit the private key, which is EC.' },
      /^Choose ES256 for/,
    ],
    ['HS256', { privateKey: good, algorithm: 'HS256' }, { code: 'algorithm_invalid', field: 'algorithm', message: 'The algorithm is not supported.' }, /^Choose RS256/],
    ['none', { privateKey: good, algorithm: 'none' }, { code: 'algorithm_invalid', field: 'algorithm', message: 'The algorithm is not supported.' }, /^Choose RS256/],
    ['toString', { privateKey: good, algorithm: 'toString' }, { code: 'algorithm_invalid', message: 'The algorithm is not supported.' }, /^Choose RS256/],
    ['a key for an algorithm', { privateKey: good, algorithm: good }, { code: 'algorithm_invalid', message: 'The algorithm is not supported.' }, /^Choose RS256/],
    ['a JWK for encryption', { privateKey: jwkOf(RSA, { alg: 'RSA-OAEP' }) }, { code: 'algorithm_invalid', field: 'algorithm' }, /^Choose RS256/],
    [
      'the certificate of another key',
      async () => ({ privateKey: good, keyId: (await ownCertificate).certificate }),
      { code: 'certificate_invalid', field: 'keyId', message: 'The certificate does not belong to the private key.' },
      /made for this private key/,
    ],
    [
      'an RSA certificate for an EC key',
      async () => ({ privateKey: pemOf(EC), keyId: (await ownCertificate).certificate }),
      { code: 'certificate_invalid', message: 'The certificate does not belong to the private key.' },
      /made for this private key/,
    ],
    [
      'half of a certificate',
      async () => ({ privateKey: good, keyId: (await ownCertificate).certificate.slice(0, 400) }),
      { code: 'certificate_invalid', field: 'keyId', message: 'The key ID is neither an ID nor a certificate.' },
      /whole certificate/,
    ],
    [
      'a damaged certificate',
      async () => ({ privateKey: good, keyId: (await ownCertificate).certificate.replace(/\n.{64}/, '') }),
      { code: 'certificate_invalid', message: 'The key ID is neither an ID nor a certificate.' },
      /whole certificate/,
    ],
    ['the private key as key ID', { privateKey: good, keyId: good }, { code: 'certificate_invalid', message: 'The key ID is neither an ID nor a certificate.' }, /ID of the key/],
    ['its base64 as key ID', { privateKey: good, keyId: EC.export({ type: 'sec1', format: 'der' }).toString('base64') }, { code: 'certificate_invalid' }, /ID of the key/],
    ['a JWK as key ID', { privateKey: good, keyId: jwkOf(EC) }, { code: 'certificate_invalid' }, /ID of the key/],
    ['a JSON key as key ID', { privateKey: good, keyId: JSON.stringify({ private_key: good }) }, { code: 'certificate_invalid' }, /ID of the key/],
  ];

  test.each(MISTAKES)('%s', async (_, given, expected, remedy) => {
    const key = typeof given === 'function' ? await given() : given;
    const error = await thrownBy(() => signJwt(key, CLAIMS));
    expect(error).toMatchObject({ code: 'private_key_invalid', transient: false, ...expected });
    expect(error.remedy).toMatch(remedy);
    expect(error.remedy).toMatch(/^[A-Z].*\.$/);
    const told = `${textOf(error)} ${error.stack ?? ''} ${JSON.stringify(error)}`;
    for (const secret of [key.privateKey, key.keyId ?? '']) expect(quotes(told, secret)).toBe(false);
    expect(told).not.toContain('canary');
  });

  test('whatever is damaged or cut off: a signature, or an error without a part of the key', async () => {
    const texts = [pemOf(RSA), pemOf(EC, 'sec1'), jwkOf(RSA), jwkOf(EC), encrypted];
    const damage = fc.record({ text: fc.constantFrom(...texts), at: fc.nat(1500), length: fc.nat(40), by: fc.constantFrom('', 'A', '\\', '"', '-----', '\u0000', 'ü') });
    await fc.assert(
      fc.asyncProperty(damage, async ({ text, at, length, by }) => {
        const privateKey = text.slice(0, at) + by + text.slice(at + length);
        try {
          signJwt({ privateKey }, CLAIMS);
          return;
        } catch {
          // Read below.
        }
        const error = await thrownBy(() => signJwt({ privateKey }, CLAIMS));
        expect(error.code).toBe('private_key_invalid');
        expect(quotes(`${textOf(error)} ${error.stack ?? ''}`, text)).toBe(false);
      }),
    );
  });

  test('the canary would be found', () => {
    expect(quotes(`Error near ${good.slice(100, 115)}`, good)).toBe(true);
    expect(quotes(`Error: ${JSON.stringify(RSA.export({ format: 'jwk' }).d?.slice(20, 40))}`, jwkOf(RSA))).toBe(true);
  });
});
