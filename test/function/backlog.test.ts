import { describeBacklog, findBacklog } from '../../src/function/backlog';
import type { BeatAnswer, ScheduleEntry } from '../../src/stores';
import { failureOf, START } from '../support/token-records';

/** An hour's token that has been due for so many seconds. */
function dueFor(seconds: number, members: Partial<ScheduleEntry> = {}): ScheduleEntry {
  const refreshAt = START - seconds * 1000;
  return { tokenName: `due for ${seconds} s`, refreshAt, expiresAt: refreshAt + 360_000, version: 1, ...members };
}

function missing(tokenName: string): ScheduleEntry {
  return { tokenName, refreshAt: 0, expiresAt: 0, version: 0 };
}

const granted = { tokenName: 'granted', record: null };

function answer(schedule: ScheduleEntry[], members: Partial<BeatAnswer> = {}): BeatAnswer {
  return { continue: true, schedule, granted, now: START, ...members };
}

function find(schedule: ScheduleEntry[], members: Partial<BeatAnswer> = {}, hopMs = 2000, hop = 1) {
  return findBacklog(answer(schedule, members), { hop, hopMs });
}

test('two tokens for which half of the time until expiry is over; what else is due counts too', () => {
  const schedule = [dueFor(181), dueFor(200), dueFor(0), dueFor(-1)];
  expect(find(schedule)).toEqual({ due: 3, lateMs: 200_000 });
  expect(find([dueFor(180), dueFor(200)])).toBeNull();
});

test('not a single one: a node may hold it', () => {
  expect(find([dueFor(300), dueFor(10)])).toBeNull();
});

test('not the one that is being refreshed', () => {
  expect(find([dueFor(300), dueFor(300, { tokenName: 'granted' })])).toBeNull();
});

test('not where nothing was granted: others hold all that is due', () => {
  expect(find([dueFor(300), dueFor(310)], { granted: null })).toBeNull();
});

test('not those whose refresh has failed, whether or not they may be tried again', () => {
  const failure = failureOf(START - 10_000, { retryAt: START + 1 });
  const failed = failureOf(START - 10_000, { retryAt: START - 1 });
  expect(find([dueFor(300), dueFor(310, { failure }), dueFor(320, { failure: failed })])).toBeNull();
});

test('two slow hops explain what is late by as much', () => {
  const short = { expiresAt: START + 1000 };
  expect(find([dueFor(30, short), dueFor(31, short)], {}, 15_000)).toBeNull();
  expect(find([dueFor(31, short), dueFor(32, short)], {}, 15_000)).toEqual({ due: 2, lateMs: 32_000 });
});

test('a clock of the store that is wrong by hours makes none', () => {
  const hour = 3_600_000;
  const schedule = [dueFor(100), dueFor(10)].map((entry) => ({
    ...entry,
    refreshAt: entry.refreshAt - hour,
    expiresAt: entry.expiresAt - hour,
  }));
  expect(find(schedule, { now: START - hour })).toBeNull();
});

test('missing ones only when each could have had its turn', () => {
  const schedule = [missing('a'), missing('b'), dueFor(-100)];
  expect(find(schedule, {}, 2000, 3)).toBeNull();
  expect(find(schedule, {}, 2000, 4)).toEqual({ due: 2, lateMs: undefined });
});

test('the line says how many, how late, and what to do', () => {
  expect(describeBacklog({ due: 143, lateMs: 312_400 })).toBe(
    'The chain is behind: 143 more tokens are due, the oldest for 312 s. After an outage this ' +
      'passes. Otherwise split the tokens over two chains with an Endpoint each: see docs/scale.md.',
  );
  expect(describeBacklog({ due: 2, lateMs: undefined })).toContain('2 more tokens are due, and some were never fetched.');
});
