import type { TimelineSnapshot, TokenLife } from '../../tools/sandbox/studio/wire';
import { prospectOf } from '../../tools/studio/timeline/prospect';

const NOW = 100_000;
const DOWN: TimelineSnapshot['broken'] = [{ breakage: 'tokenEndpointDown', from: NOW - 5000 }];
const life = (changes: Partial<TokenLife> = {}): TokenLife => {
  return { version: 1, issuedAt: NOW - 20_000, refreshAt: NOW - 2000, expiresAt: NOW + 10_000, by: 'chain', ...changes };
};
const prospect = (broken: TimelineSnapshot['broken'], ...lives: TokenLife[]) => prospectOf({ now: NOW, broken, tokens: [{ tokenName: 'accessToken', lives }] });

test('nothing while the token endpoint is up, whatever else is broken', () => {
  expect(prospect([], life())).toBeUndefined();
  expect(prospect([{ breakage: 'slowNetwork', from: 1 }], life())).toBeUndefined();
  expect(prospect([{ breakage: 'tokenEndpointDown', from: 1, until: 2 }], life())).toBeUndefined();
});

test('messages go on for as long as the stored token is valid', () => {
  expect(prospect(DOWN, life())).toMatchObject({ state: 'holds', text: expect.stringContaining('valid for 10 s more') as string });
  expect(prospect(DOWN, life({ expiresAt: NOW + 1 }))).toMatchObject({ state: 'holds', text: expect.stringContaining('for 1 s more') as string });
});

test.each([
  ['has ended', [life({ expiresAt: NOW })]],
  ['is lost', [life({ endedAt: NOW - 1, end: 'lost' })]],
  ['has never been', []],
])('they fail when the token %s', (_, lives) => {
  expect(prospect(DOWN, ...lives)).toMatchObject({ state: 'fails', text: expect.stringContaining('messages fail until') as string });
});
