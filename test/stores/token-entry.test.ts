import { entryOf } from '../../src/stores/engine/token-entry';
import { recordOf, START, tokenOf } from '../support/token-records';

const RECORD = { ...recordOf('kept', START), version: 3 };

const entryWith = (record: unknown) =>
  entryOf({ parts: { record, lease: undefined, failure: undefined, forgotten: undefined }, revision: undefined, now: START });

test.each<[string, unknown]>([
  ['missing', undefined],
  ['text', 'kept'],
  ['without a token', { ...RECORD, token: undefined }],
  ['with a token that no header can carry', { ...RECORD, token: tokenOf('two\nlines') }],
  ['without a lifetime', { ...RECORD, token: { ...RECORD.token, expires_in: '100' } }],
  ['with a time in milliseconds', { ...RECORD, timestamp: START }],
  ['without a version', { ...RECORD, version: undefined }],
])('a record that is %s counts as missing, whichever store loads it', (_, stored) => {
  expect(entryWith(stored)).toMatchObject({ record: null });
});

test('a record is the very object that the port loads, each time', () => {
  for (const time of [1, 2]) expect([time, entryWith(RECORD).record === RECORD]).toEqual([time, true]);
});
