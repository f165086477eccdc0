import crypto from 'node:crypto';

import type { TokenRecord } from '../../src/lifetime';
import { AesGcmCipher } from '../../src/stores/ports/record-cipher';
import { SealedRecords } from '../../src/stores/ports/sealed-records';

const MOST_REMEMBERED = 1000;

let cipher: AesGcmCipher;
let records: SealedRecords;
let decryptions: jest.SpyInstance;

beforeEach(() => {
  cipher = new AesGcmCipher(['the-endpoint-secret'], crypto);
  decryptions = jest.spyOn(cipher, 'open');
  records = new SealedRecords(cipher);
});

function recordOf(accessToken: string): TokenRecord {
  const token = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600 };
  return { token, timestamp: 1_900_000_000, version: 1 };
}

/** A record as another worker has written it. */
function sealElsewhere(record: TokenRecord, tokenName: string): string {
  return new SealedRecords(new AesGcmCipher(['the-endpoint-secret'], crypto)).seal(record, tokenName);
}

test('a record that did not change is decrypted once', () => {
  const sealed = sealElsewhere(recordOf('one'), 'name');
  expect(records.open(sealed, 'name')).toEqual(recordOf('one'));
  expect(records.open(sealed, 'name')).toEqual(recordOf('one'));
  expect(decryptions).toHaveBeenCalledTimes(1);
});

test('one that was sealed here is not decrypted at all', () => {
  const sealed = records.seal(recordOf('one'), 'name');
  expect(records.open(sealed, 'name')).toEqual(recordOf('one'));
  expect(decryptions).not.toHaveBeenCalled();
});

test('one that somebody else has replaced is read anew', () => {
  records.seal(recordOf('one'), 'name');
  expect(records.open(sealElsewhere(recordOf('two'), 'name'), 'name')).toEqual(recordOf('two'));
});

test('one that was moved to another name stays unreadable there', () => {
  const sealed = records.seal(recordOf('one'), 'name');
  expect(records.open(sealed, 'other')).toBe('damaged');
  expect(records.open(sealed, 'name')).toEqual(recordOf('one'));
});

test('what can\'t be read is tried again each time', () => {
  expect(records.open('access-token-1.a.b.c.d.e', 'name')).toBe('damaged');
  expect(records.open('access-token-1.a.b.c.d.e', 'name')).toBe('damaged');
  expect(decryptions).toHaveBeenCalledTimes(2);
});

test('only so many are remembered', () => {
  const sealed = records.seal(recordOf('one'), 'name');
  for (let index = 0; index < MOST_REMEMBERED; index += 1) records.seal(recordOf('one'), `other ${index}`);
  expect(records.open(sealed, 'name')).toEqual(recordOf('one'));
  expect(decryptions).toHaveBeenCalledTimes(1);
});
