import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';

import { readPem } from '../../src/http/pem';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';

let first: Certificate;
let second: Certificate;

beforeAll(async () => {
  [first, second] = await Promise.all([createCertificate(), createCertificate({ host: 'second.example' })]);
});

afterAll(() => [first, second].forEach(({ remove }) => remove()));

/** The ways in which PEM arrives. */
const PASTED: [string, (pem: string) => string][] = [
  ['as it is', (pem) => pem],
  ['with the line ends of Windows', (pem) => pem.replace(/\n/g, '\r\n')],
  ['indented, with blank lines', (pem) => pem.replace(/^/gm, '    ').replace(/\n/g, '\n\n')],
  ['on one line, with spaces', (pem) => pem.replace(/\n/g, ' ')],
  ['on one line, without spaces', (pem) => pem.replace(/\n/g, '')],
  ['without any white space', (pem) => pem.replace(/\s/g, '')],
  ['with a literal \\n', (pem) => pem.replace(/\n/g, '\\n')],
  ['with a literal \\r\\n', (pem) => pem.replace(/\n/g, '\\r\\n')],
  ['as a JSON text within another one', (pem) => JSON.stringify(JSON.stringify(pem))],
  ['with characters that nobody sees', (pem) => `\u{FEFF}${pem.replace(/\n/g, '\u{200B}\n')}`],
  ['without its last line', (pem) => pem.replace(/-----END[^-]*-----\n?$/, '')],
];

describe.each(PASTED)('PEM %s', (_, paste) => {
  test('is a certificate', () => {
    const [block, ...others] = readPem(paste(first.cert), 'CERTIFICATE');
    expect(others).toEqual([]);
    expect(block?.label).toBe('CERTIFICATE');
    expect(new X509Certificate(block?.pem ?? '').raw).toEqual(new X509Certificate(first.cert).raw);
  });

  test('is several, in their order, whatever stands between them', () => {
    const bundle = `Bag Attributes\n    localKeyID: 01\n${first.cert}subject=/CN=second.example\n${second.cert}`;
    const read = readPem(paste(bundle), 'CERTIFICATE').map(({ pem }) => new X509Certificate(pem).subject);
    expect(read).toEqual(['CN=localhost', 'CN=second.example']);
  });

  const PASSPHRASE = 'a passphrase';
  test.each([
    ['PRIVATE KEY', { type: 'pkcs8', format: 'pem' } as const],
    ['ENCRYPTED PRIVATE KEY', { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: PASSPHRASE } as const],
    ['RSA PRIVATE KEY', { type: 'pkcs1', format: 'pem' } as const],
    ['RSA PRIVATE KEY', { type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: PASSPHRASE } as const],
    ['RSA PRIVATE KEY', { type: 'pkcs1', format: 'pem', cipher: 'des-ede3-cbc', passphrase: PASSPHRASE } as const],
  ])('is a key: %s %o', (label, encoding) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const [block] = readPem(paste(privateKey.export(encoding).toString()), 'PRIVATE KEY');
    expect(block?.label).toBe(label);
    expect(createPrivateKey({ key: block?.pem ?? '', passphrase: PASSPHRASE }).equals(privateKey)).toBe(true);
  });

  test('is a key of an elliptic curve, with its parameters before it', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'sec1', format: 'pem' }).toString();
    const blocks = readPem(paste(`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`), 'PRIVATE KEY');
    expect(blocks.map(({ label }) => label)).toEqual(['EC PARAMETERS', 'EC PRIVATE KEY']);
    expect(createPrivateKey(blocks[1]?.pem ?? '').equals(privateKey)).toBe(true);
  });
});

test('nothing but base64 is what is expected there', () => {
  const bare = first.cert.replace(/-----[^-]+-----/g, '');
  expect(readPem(bare, 'CERTIFICATE')).toEqual(readPem(first.cert, 'CERTIFICATE'));
});

test.each(['', 'canary', 'canary '.repeat(30), '-----BEGIN', '{"kty":"RSA"}'])('%j is none', (text) => {
  expect(readPem(text, 'CERTIFICATE')).toEqual([]);
});
