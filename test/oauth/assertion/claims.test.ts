import { createPublicKey } from 'node:crypto';

import fc from 'fast-check';
import { jwtVerify } from 'jose';

import { assertionClaims } from '../../../src/oauth/assertion/claims';
import { signJwt } from '../../../src/oauth/assertion/sign';
import { EC, pemOf } from './keys';

const NOW = 1_700_000_000_999;
const SECONDS = 1_700_000_000;
const TOKEN_URL = 'https://login.example.com/oauth2/token';
const GIVEN = { clientId: 'bot-1', tokenUrl: TOKEN_URL };
const OCCASION = { now: NOW, jti: 'j1' };
const TIMES = { iat: SECONDS - 10, exp: SECONDS + 120, jti: 'j1' };

describe('what the claims say', () => {
  test.each([
    ['the client itself', {}, { iss: 'bot-1', sub: 'bot-1', aud: TOKEN_URL }],
    ['an audience', { audience: 'https://login.example.com' }, { iss: 'bot-1', sub: 'bot-1', aud: 'https://login.example.com' }],
    // RFC 7523 §3: for client authentication, the subject is the client. NetSuite reads the scope here.
    ['the subject is not meant', { subject: 'ann', scope: 'read', isServiceAccount: true }, { iss: 'bot-1', sub: 'bot-1', aud: TOKEN_URL, scope: 'read' }],
  ])('client authentication, %s', (_, settings, expected) => {
    expect(assertionClaims({ ...GIVEN, ...settings, use: 'client' }, OCCASION)).toEqual({ ...expected, ...TIMES });
  });

  test.each([
    ['the client itself', {}, { iss: 'bot-1', sub: 'bot-1', aud: TOKEN_URL }],
    [
      'Salesforce: a user',
      { subject: 'ann@example.com', audience: 'https://login.salesforce.com' },
      { iss: 'bot-1', sub: 'ann@example.com', aud: 'https://login.salesforce.com' },
    ],
    [
      'DocuSign: a user and a scope',
      { subject: 'f0d1', audience: 'account-d.docusign.com', scope: 'signature impersonation' },
      { iss: 'bot-1', sub: 'f0d1', aud: 'account-d.docusign.com', scope: 'signature impersonation' },
    ],
    ['a Google service account', { isServiceAccount: true, scope: 'https://www.googleapis.com/auth/drive' }, { iss: 'bot-1', aud: TOKEN_URL, scope: 'https://www.googleapis.com/auth/drive' }],
    ['a Google service account for a user', { isServiceAccount: true, subject: 'ann@example.com' }, { iss: 'bot-1', sub: 'ann@example.com', aud: TOKEN_URL }],
  ])('grant, %s', (_, settings, expected) => {
    expect(assertionClaims({ ...GIVEN, ...settings, use: 'grant' }, OCCASION)).toEqual({ ...expected, ...TIMES });
  });
});

describe('the times', () => {
  const verifiedAt = async (now: number, offset: number) => {
    const jwt = signJwt({ privateKey: pemOf(EC) }, { ...assertionClaims({ ...GIVEN, use: 'client' }, { ...OCCASION, now }) });
    const currentDate = new Date(now + offset);
    // `maxTokenAge` refuses an `iat` in the future, and one that is too old: Keycloak counts 60 seconds from it.
    return jwtVerify(jwt, createPublicKey(EC), { currentDate, maxTokenAge: 60, audience: TOKEN_URL, issuer: 'bot-1', subject: 'bot-1' });
  };

  test('fit the strictest servers, while the clocks differ by no more than seconds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: -9000, max: 49_000 }), async (now, offset) => {
        await verifiedAt(now, offset);
      }),
    );
    await expect(verifiedAt(NOW, -12_000)).rejects.toThrow('should be in the past');
    await expect(verifiedAt(NOW, 130_000)).rejects.toThrow(/"exp"|"iat"/);
  });

  test('are whole seconds, and end within 3 minutes by a clock that is a minute behind', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom('client', 'grant'), (now, use) => {
        const { iat, exp } = assertionClaims({ ...GIVEN, use }, { ...OCCASION, now });
        expect([iat, exp].every(Number.isSafeInteger)).toBe(true);
        expect(exp).toBeLessThanOrEqual((now - 60_000) / 1000 + 180);
        // Auth0: no more than 5 minutes.
        expect(exp - iat).toBeLessThanOrEqual(300);
      }),
    );
  });
});
