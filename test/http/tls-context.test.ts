import { generateKeyPairSync } from 'node:crypto';
import tls from 'node:tls';
import { inspect } from 'node:util';

import { openTls } from '../../src/http/tls-context';
import type { TlsSettings } from '../../src/http/tls-context';
import { createCertificate } from '../support/certificate';
import type { Certificate } from '../support/certificate';
import { thrownBy } from '../support/thrown-by';

const PASSPHRASE = 'canary passphrase 77';
const NOTHING: TlsSettings = { certificateAuthority: undefined, clientCertificate: undefined, clientKey: undefined, passphrase: undefined };
const DAY_MS = 86_400_000;

let authority: Certificate;
let client: Certificate;
let other: Certificate;
let encrypted: Certificate;

beforeAll(async () => {
  authority = await createCertificate();
  [client, other, encrypted] = await Promise.all([
    createCertificate({ issuer: authority, host: 'client.example' }),
    createCertificate({ issuer: authority, host: 'other.example' }),
    createCertificate({ issuer: authority, host: 'encrypted.example', passphrase: PASSPHRASE }),
  ]);
});

afterAll(() => [authority, client, other, encrypted].forEach(({ remove }) => remove()));

const open = (settings: Partial<TlsSettings>, now = Date.now()) => openTls({ ...NOTHING, ...settings }, now);

describe('takes', () => {
  test.each<[string, () => Partial<TlsSettings>]>([
    ['an authority', () => ({ certificateAuthority: authority.cert })],
    ['several of them', () => ({ certificateAuthority: `${other.cert}\n${authority.cert}` })],
    ['a client certificate and its key', () => ({ clientCertificate: client.cert, clientKey: client.key })],
    ['an encrypted key', () => ({ clientCertificate: encrypted.cert, clientKey: encrypted.key, passphrase: PASSPHRASE })],
    ['a passphrase that is not needed', () => ({ clientCertificate: client.cert, clientKey: client.key, passphrase: PASSPHRASE })],
    ['key and certificate in one text', () => ({ clientCertificate: client.key + client.cert, clientKey: client.key + client.cert })],
    ['all of it on one line each', () => ({ clientCertificate: client.cert.replace(/\n/g, ' '), clientKey: client.key.replace(/\n/g, '\\n'), certificateAuthority: authority.cert.replace(/\n/g, '') })],
  ])('%s', (_, settings) => {
    expect(open(settings())).toEqual({ context: expect.any(Object) as unknown, outdated: undefined });
  });

  test('a chain in any order: the certificate of the key comes first', () => {
    const made = jest.spyOn(tls, 'createSecureContext');
    open({ clientCertificate: `${authority.cert}\n${client.cert}`, clientKey: client.key });
    expect(made).toHaveBeenCalledWith(expect.objectContaining({ cert: `${client.cert.trim()}\n${authority.cert.trim()}\n` }));
    made.mockRestore();
  });
});

describe('refuses', () => {
  test.each<[string, () => Partial<TlsSettings>, string, string]>([
    ['nothing', () => ({}), 'certificateAuthority', 'The TLS connection is empty: "certificateAuthority" and the client certificate are missing.'],
    ['only a passphrase', () => ({ passphrase: PASSPHRASE }), 'certificateAuthority', 'The TLS connection is empty: "certificateAuthority" and the client certificate are missing.'],
    ['a certificate without a key', () => ({ clientCertificate: client.cert }), 'clientKey', 'The client certificate has no key: "clientKey" is empty.'],
    ['a key without a certificate', () => ({ clientKey: client.key }), 'clientCertificate', 'The client key has no certificate: "clientCertificate" is empty.'],
    ['any text for an authority', () => ({ certificateAuthority: 'canary' }), 'certificateAuthority', 'There is no certificate in "certificateAuthority".'],
    ['a key for an authority', () => ({ certificateAuthority: client.key }), 'certificateAuthority', 'There is no certificate in "certificateAuthority".'],
    ['a certificate that is cut', () => ({ certificateAuthority: authority.cert + other.cert.slice(0, 200) }), 'certificateAuthority', 'Certificate 2 of 2 in "certificateAuthority" can\'t be read.'],
    ['any text for a certificate', () => ({ clientCertificate: 'canary', clientKey: client.key }), 'clientCertificate', 'There is no certificate in "clientCertificate".'],
    ['a damaged certificate', () => ({ clientCertificate: client.cert.replace(/M/g, 'A'), clientKey: client.key }), 'clientCertificate', 'Certificate 1 of 1 in "clientCertificate" can\'t be read.'],
    ['a certificate for a key', () => ({ clientCertificate: client.cert, clientKey: client.cert }), 'clientKey', 'There is no private key in "clientKey".'],
    ['a JWK', () => ({ clientCertificate: client.cert, clientKey: '{"kty":"EC","d":"canary"}' }), 'clientKey', 'There is no private key in "clientKey".'],
    ['a public key', () => ({ clientCertificate: client.cert, clientKey: generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString() }), 'clientKey', 'There is no private key in "clientKey".'],
    ['a damaged key', () => ({ clientCertificate: client.cert, clientKey: client.key.replace(/M/g, 'A') }), 'clientKey', 'The private key in "clientKey" can\'t be read.'],
    ["another certificate's key", () => ({ clientCertificate: client.cert, clientKey: other.key }), 'clientKey', 'The key in "clientKey" does not belong to the client certificate.'],
    ['an encrypted key without its passphrase', () => ({ clientCertificate: encrypted.cert, clientKey: encrypted.key }), 'passphrase', 'The client key is encrypted, and "passphrase" is empty.'],
    ['an encrypted key with a wrong passphrase', () => ({ clientCertificate: encrypted.cert, clientKey: encrypted.key, passphrase: 'canary wrong' }), 'passphrase', 'The client key can\'t be decrypted with "passphrase".'],
  ])('%s', async (_, settings, field, message) => {
    const error = await thrownBy(() => open(settings()));
    expect(error).toMatchObject({ code: 'certificate_invalid', field, message, transient: false });
    const shown = inspect(error, { depth: 9, showHidden: true });
    for (const secret of ['canary', ...[client, encrypted, other].map(({ key }) => key.slice(60, 90))]) expect(shown).not.toContain(secret);
  });

  test('what TLS takes no more, by the name that OpenSSL has for that', async () => {
    const weak = await createCertificate({ issuer: authority, host: 'weak.example', algorithm: 'sha1' });
    const error = await thrownBy(() => open({ clientCertificate: weak.cert, clientKey: weak.key }));
    expect(error).toMatchObject({ field: 'clientCertificate', message: 'The certificate in "clientCertificate" can\'t be used (ERR_SSL_CA_MD_TOO_WEAK).' });
    weak.remove();
  });
});

describe('a client certificate that is not valid now', () => {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);

  test.each([
    ['expired', 400 * DAY_MS, () => `expired on ${day(Date.now() + 365 * DAY_MS)}`],
    ['not valid yet', -DAY_MS, () => `is not valid before ${day(Date.now())}`],
  ])('is told: %s', (_, later, words) => {
    const now = Date.now() + later;
    const { outdated } = open({ clientCertificate: client.cert, clientKey: client.key, certificateAuthority: authority.cert }, now);
    expect(outdated).toMatchObject({ code: 'certificate_invalid', field: 'clientCertificate', message: `The certificate in "clientCertificate" ${words()}.` });
  });

  test('is no obstacle as an authority: a bundle may hold the next one too, and the server is what counts', () => {
    expect(open({ certificateAuthority: authority.cert }, Date.now() + 400 * DAY_MS).outdated).toBeUndefined();
  });
});
