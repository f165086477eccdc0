import { allPages } from '../../../tools/cli/api/paging';
import type { Page, PageRequest } from '../../../tools/cli/api/paging';

/** Answers with these pages, by the cursor that is asked for. */
function pages(byCursor: Record<string, Page<number>>): jest.Mock<Promise<Page<number>>, [PageRequest]> {
  return jest.fn(({ next = 'start' }: PageRequest) => Promise.resolve(byCursor[next] ?? { items: [] }));
}

test('follows the cursors to the last page', async () => {
  const read = pages({ start: { items: [1, 2], nextCursor: 'b' }, b: { items: [3], nextCursor: 'c' }, c: { items: [4], nextCursor: null } });
  expect(await allPages(read)).toEqual([1, 2, 3, 4]);
  expect(read.mock.calls.map(([request]) => request)).toEqual([{ limit: 100 }, { limit: 100, next: 'b' }, { limit: 100, next: 'c' }]);
});

test.each([
  ['an empty page', { start: { items: [1], nextCursor: 'b' }, b: { items: [], nextCursor: 'c' } }, [1]],
  ['a cursor that comes back', { start: { items: [1], nextCursor: 'b' }, b: { items: [2], nextCursor: 'b' } }, [1, 2]],
])('ends at %s', async (_, byCursor, expected) => {
  expect(await allPages(pages(byCursor))).toEqual(expected);
});

test('reads no more pages than are wanted', async () => {
  const read = pages({ start: { items: [1, 2], nextCursor: 'b' }, b: { items: [3], nextCursor: 'c' } });
  expect(await allPages(read, 2)).toEqual([1, 2]);
  expect(await allPages(read, 1)).toEqual([1]);
  expect(read).toHaveBeenCalledTimes(2);
});
