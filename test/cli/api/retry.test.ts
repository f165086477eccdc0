import { ApiFailure } from '../../../tools/cli/api/failure';
import { withRetries } from '../../../tools/cli/api/retry';
import type { RetryOptions } from '../../../tools/cli/api/retry';

const START = 1_700_000_000_000;

function clock(): RetryOptions & { pauses: number[] } {
  const pauses: number[] = [];
  const now = (): number => START + pauses.reduce((sum, ms) => sum + ms, 0);
  return { tries: 5, now, random: () => 0, pauses, sleep: async (ms) => void pauses.push(ms) };
}

function failure(retryAt?: number, transient = true): ApiFailure {
  return new ApiFailure('POST /x', 500, 'broken', transient, retryAt);
}

/** Fails as often as there are failures, and then answers. */
function failing(...failures: Error[]): jest.Mock<Promise<string>, []> {
  return jest.fn(() => {
    const next = failures.shift();
    return next === undefined ? Promise.resolve('done') : Promise.reject(next);
  });
}

test('a failure that may pass is tried again, after pauses that grow', async () => {
  const time = clock();
  expect(await withRetries(failing(failure(), failure(), failure()), time)).toBe('done');
  expect(time.pauses).toEqual([500, 1000, 2000]);
});

test('the last failure is thrown when the tries are used up', async () => {
  const last = failure();
  const send = failing(failure(), failure(), failure(), failure(), last);
  await expect(withRetries(send, clock())).rejects.toBe(last);
  expect(send).toHaveBeenCalledTimes(5);
});

test('what will not pass is not tried again', async () => {
  const send = failing(failure(undefined, false));
  await expect(withRetries(send, clock())).rejects.toThrow('POST /x was answered with HTTP 500: broken');
  expect(send).toHaveBeenCalledTimes(1);
  const bug = new TypeError('a mistake');
  await expect(withRetries(failing(bug), clock())).rejects.toBe(bug);
});

test('Retry-After is honoured up to a minute; beyond, the failure is thrown at once', async () => {
  const time = clock();
  await withRetries(failing(failure(START + 60_000)), time);
  expect(time.pauses).toEqual([60_000]);
  await expect(withRetries(failing(failure(START + 76_000)), clock())).rejects.toThrow(ApiFailure);
});

test('those who were turned away at once come back at different times', async () => {
  const time = { ...clock(), random: () => 0.8 };
  await withRetries(failing(failure()), time);
  expect(time.pauses).toEqual([600]);
});

test('what a lost request has made is looked for before it is repeated, also when looking fails', async () => {
  const send = failing(failure());
  expect(await withRetries(send, clock(), () => Promise.resolve('found'))).toBe('found');
  expect(send).toHaveBeenCalledTimes(1);
  const looks = [Promise.reject(failure()), Promise.resolve(undefined), Promise.resolve('later')];
  const again = failing(failure(), failure());
  expect(await withRetries(again, clock(), () => looks.shift() ?? Promise.resolve('never'))).toBe('later');
  expect(again).toHaveBeenCalledTimes(2);
});
