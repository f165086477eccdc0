import * as crypto from 'node:crypto';
import fc from 'fast-check';

import { isTokenName, parseMessage, parseRecord } from '../../../src/stores/protocol/parse-message';
import { isPlainJson } from '../../../src/stores/protocol/plain-json';
import { AesGcmCipher } from '../../../src/stores/ports/record-cipher';
import { openRecord, sealRecord } from '../../../src/stores/ports/sealed-record';
import { hostileText, hostileValue, mutated } from '../../support/hostile-json';
import { tries } from '../../support/tries';

const SECRET = 'canary-endpoint-secret-77d0';
const TOKEN = { access_token: 'a', token_type: 'Bearer', expires_in: 60, scope: 'ü😀' };
const RECORD = { token: TOKEN, timestamp: 1, version: 2 };

/** @param share of the values that a soak tries */
export function testHostileValues(share: number): void {
  describe('reading what comes in', () => {
    const commit = { op: 'commit', tokenName: 'a', owner: 'b', ifVersion: 0, record: RECORD };
    const tokens = [{ tokenName: 'a', refreshPercent: 90 }];
    const beat = { op: 'beat', chainId: 'a', hop: 1, owner: 'b', leaseMs: 1, tokens };
    const body = fc.oneof(
      hostileValue,
      mutated({ endpointSecret: SECRET, tokenStore: commit }),
      mutated({ endpointSecret: SECRET, tokenStore: beat }),
      mutated({ endpointSecret: SECRET, token: TOKEN, timestamp: 1 }),
    );

    test('never throws, and names a field of ours where something is wrong', () => {
      fc.assert(
        fc.property(body, (value) => {
          const message = parseMessage(value);
          const request = message.kind === 'store' ? message.read() : undefined;
          if (request?.op === 'invalid') expect(request.field).toMatch(/^[A-Za-z_]+(\[\d+\])?(\.[a-z_]+){0,2}$/i);
        }),
        tries(5000, share),
      );
    });

    test('what is taken for a record survives JSON and is modest', () => {
      fc.assert(
        fc.property(mutated(RECORD), (value) => {
          const record = parseRecord(value);
          if ('field' in record) return;
          expect(isPlainJson(record)).toBe(true);
          expect(Number.isFinite(record.token.expires_in)).toBe(true);
          expect(Object.getPrototypeOf(record.token)).toBe(Object.prototype);
        }),
        tries(5000, share),
      );
    });

    test('a token name means the same in UTF-8, and fits on one line of a log', () => {
      fc.assert(
        fc.property(hostileText, (name) => {
          if (!isTokenName(name)) return;
          expect(Buffer.from(name, 'utf8').toString('utf8')).toBe(name);
          expect(name.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1);
        }),
        tries(5000, share),
      );
      for (const name of ['\ud800', 'a\udc00b', '\u0085', '\u2028', 'a\u009f']) expect(isTokenName(name)).toBe(false);
      for (const name of ['😀', '__proto__', 'constructor', 'a:b', ' ']) expect(isTokenName(name)).toBe(true);
    });
  });

  test('opening a record never throws, whatever lies there', () => {
    const cipher = new AesGcmCipher([SECRET], crypto);
    const stored = fc.oneof(hostileValue, mutated(RECORD), hostileText.map((text) => `access-token-1.${text}`));
    fc.assert(
      fc.property(stored, (value) => {
        const opened = openRecord(value, 'name', cipher);
        if (typeof opened === 'string') expect(opened).toMatch(/^(damaged|encrypted_with_another_key)$/);
      }),
      tries(3000, share),
    );
    expect(openRecord(sealRecord(RECORD, 'name', cipher), 'name', cipher)).toEqual(RECORD);
  });
}
