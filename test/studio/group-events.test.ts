import type { TimelineEvent } from '../../tools/sandbox/studio/wire';
import { groupEvents } from '../../tools/studio/timeline/group-events';

type Told = readonly [kind: TimelineEvent['kind'], text: string];

/** The groups as `[kind, texts]`, in order. */
function grouped(...told: Told[]): Array<[string, string[]]> {
  const events = told.map(([kind, text], index) => ({ id: index + 1, at: index, kind, text }));
  return groupEvents(events).map(({ kind, events: all }) => [kind, all.map(({ text }) => text)]);
}

const refresh = (version: number): Told => ['refresh', `The chain fetched accessToken, version ${version}: it lives 30 s.`];
const hop = (number: number): Told => ['hop', `Instance ${number} of the Function starts.`];
const refused: Told = ['failure', 'The token endpoint answered 503.'];
const failed: Told = ['failure', 'A message failed: error: token_endpoint_unavailable'];

test('thirty rows of routine become one row each, whatever their numbers are', () => {
  const told = Array.from({ length: 30 }, (_, index) => [hop(index), refresh(index)]).flat();
  const groups = grouped(...told);
  expect(groups.map(([kind, texts]) => [kind, texts.length])).toEqual([
    ['hop', 30],
    ['refresh', 30],
  ]);
  expect(groups[1]?.[1].at(-1)).toBe(refresh(29)[1]);
});

test('a row stands where its newest event is', () => {
  expect(grouped(hop(1), refresh(1), hop(2)).map(([kind]) => kind)).toEqual(['refresh', 'hop']);
});

test('tokens of another name, or brought by somebody else, have a row of their own', () => {
  const consent: Told = ['refresh', 'A consent brought accessToken, version 3: it lives 30 s, and has a refresh token.'];
  const other: Told = ['refresh', 'The chain fetched crm, version 2: it lives 30 s.'];
  expect(grouped(refresh(1), other, consent, refresh(2)).map(([, texts]) => texts.length)).toEqual([1, 1, 2]);
});

test('what breaks, fails or heals parts the routine before it from the routine after it', () => {
  const broken: Told = ['breakage', 'You took the token endpoint down.'];
  const mended: Told = ['mended', 'You brought the token endpoint back.'];
  expect(grouped(refresh(1), refresh(2), broken, refused, mended, refresh(3), refresh(4)).map(([kind, texts]) => [kind, texts.length])).toEqual([
    ['refresh', 2],
    ['breakage', 1],
    ['failure', 1],
    ['mended', 1],
    ['refresh', 2],
  ]);
});

test('a failure is grouped with nothing but its like right before it: none is hidden', () => {
  const groups = grouped(refused, refused, failed, refused, hop(1), refused);
  expect(groups).toEqual([
    ['failure', [refused[1], refused[1]]],
    ['failure', [failed[1]]],
    ['failure', [refused[1]]],
    ['hop', [hop(1)[1]]],
    ['failure', [refused[1]]],
  ]);
});

test('every event is in one group', () => {
  const told = [hop(1), refresh(1), refused, refused, failed, hop(2), refresh(2), hop(3)];
  expect(grouped(...told).flatMap(([, texts]) => texts)).toHaveLength(told.length);
  expect(grouped()).toEqual([]);
});
