import fc from 'fast-check';

import { readKeyFile } from '../../src/settings/key-file';
import { anyText } from '../support/any-text';
import { EC, jwkOf, pemOf } from '../oauth/assertion/keys';

const PEM = pemOf(EC);
const NOTHING = { tokenUrl: undefined, clientId: undefined, keyId: undefined, isServiceAccount: false };
/** As Google's console gives it out. */
const GOOGLE = {
  type: 'service_account',
  project_id: 'bot-1',
  private_key_id: 'f3a1',
  private_key: PEM,
  client_email: 'bot@bot-1.iam.gserviceaccount.com',
  client_id: '1029384756',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  universe_domain: 'googleapis.com',
};

const FILES: [string, object, object][] = [
  [
    'Google',
    GOOGLE,
    { keyId: 'f3a1', clientId: 'bot@bot-1.iam.gserviceaccount.com', tokenUrl: 'https://oauth2.googleapis.com/token', isServiceAccount: true },
  ],
  ['Zitadel, a service user', { type: 'serviceaccount', keyId: '1009', key: PEM, userId: '1007' }, { keyId: '1009', clientId: '1007' }],
  ['Zitadel, an application', { type: 'application', keyId: '1009', key: PEM, appId: '7', clientId: '8@bot' }, { keyId: '1009', clientId: '8@bot' }],
  [
    'Skyflow',
    { clientID: 'c1', clientName: 'bot', tokenURI: 'https://manage.example.com/token', keyID: 'k1', privateKey: PEM },
    { keyId: 'k1', clientId: 'c1', tokenUrl: 'https://manage.example.com/token' },
  ],
  ['nothing but the key', { private_key: PEM }, {}],
  ['empty and strange members', { private_key: PEM, client_email: ' ', client_id: 7, key_id: null, token_uri: [] }, {}],
];

test.each(FILES)('%s', (_, file, expected) => {
  expect(readKeyFile(JSON.stringify(file))).toEqual({ ...NOTHING, privateKey: PEM, ...expected });
});

describe('a JSON key is read however it was pasted', () => {
  const whole = readKeyFile(JSON.stringify(GOOGLE));

  test.each([
    ['indented', JSON.stringify(GOOGLE, null, 2)],
    ['with a byte order mark and blank space', `\ufeff\r\n ${JSON.stringify(GOOGLE)} \n`],
    ['as the text of a JSON text', JSON.stringify(JSON.stringify(GOOGLE, null, 2))],
  ])('%s', (_, text) => {
    expect(readKeyFile(text)).toEqual(whole);
  });

  test.each(['\n', '\r\n', ' '])('with its line ends unescaped, as %j', (end) => {
    const read = readKeyFile(JSON.stringify(GOOGLE, null, 2).replaceAll('\\n', end));
    expect(read).toEqual({ ...whole, privateKey: expect.any(String) as string });
    expect(read.privateKey.replace(/\s/g, '')).toBe(PEM.replace(/\s/g, ''));
  });
});

test('a JWK is left as it is, and gives its kid', () => {
  const jwk = jwkOf(EC, { kid: 'k1', alg: 'ES256' });
  expect(readKeyFile(jwk)).toEqual({ ...NOTHING, privateKey: jwk, keyId: 'k1' });
});

test('whatever is no JSON key is left as it is', () => {
  const noFile = fc.oneof(anyText(), fc.constantFrom(PEM, ` ${PEM.replace(/\n/g, '\\n')}`, '{"broken', '[]', 'null', '"text"', '42'));
  fc.assert(
    fc.property(noFile, (key) => {
      expect(readKeyFile(key)).toEqual({ ...NOTHING, privateKey: key });
    }),
  );
});

test('no JSON makes it fail, and what it reads are filled-in texts', () => {
  fc.assert(
    fc.property(fc.json(), (key) => {
      const { privateKey, isServiceAccount, ...others } = readKeyFile(key);
      expect(typeof privateKey).toBe('string');
      expect(typeof isServiceAccount).toBe('boolean');
      for (const value of Object.values(others)) expect(value ?? 'nothing').toMatch(/\S/);
    }),
  );
});
