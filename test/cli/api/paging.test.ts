import { allPages } from '../../../tools/cli/api/paging';
import type { Page, PageRequest } from '../../../tools/cli/api/paging';

interface Numbered {
  id: string;
}

const items = (...ids: number[]): Numbered[] => ids.map((id) => ({ id: String(id) }));

/** Answers with these pages, by the cursor that is asked for. */
function pages(byCursor: Record<string, Page<Numbered>>): jest.Mock<Promise<Page<Numbered>>, [PageRequest]> {
  return jest.fn(({ next = 'start' }: PageRequest) => Promise.resolve(byCursor[next] ?? { items: [] }));
}

const CALL = 'GET /new/v2.0/things';

test('follows the cursors to the last page', async () => {
  const read = pages({ start: { items: items(1, 2), nextCursor: 'b' }, b: { items: items(3), nextCursor: 'c' }, c: { items: items(4) } });
  expect(await allPages(read, CALL)).toEqual(items(1, 2, 3, 4));
  expect(read.mock.calls.map(([request]) => request)).toEqual([{ limit: 100 }, { limit: 100, next: 'b' }, { limit: 100, next: 'c' }]);
});

test.each([
  ['an empty page', { start: { items: items(1), nextCursor: 'b' }, b: { items: [], nextCursor: 'c' } }, items(1)],
  ['a cursor that comes back', { start: { items: items(1), nextCursor: 'b' }, b: { items: items(2), nextCursor: 'b' } }, items(1, 2)],
  ['the same page under another cursor', { start: { items: items(1), nextCursor: 'b' }, b: { items: items(1), nextCursor: 'c' } }, items(1)],
])('ends at %s, and nothing is there twice', async (_, byCursor, expected) => {
  const read = pages(byCursor);
  expect(await allPages(read, CALL)).toEqual(expected);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a list without an end is a failure', async () => {
  let page = 0;
  const read = jest.fn(async () => {
    page += 1;
    return { items: items(page), nextCursor: `after ${page}` };
  });
  await expect(allPages(read, CALL)).rejects.toMatchObject({ call: CALL, transient: false, detail: expect.stringContaining('without an end') as string });
  expect(read.mock.calls.length).toBeLessThan(1000);
});

test('reads no more pages than are wanted', async () => {
  const read = pages({ start: { items: items(1, 2), nextCursor: 'b' }, b: { items: items(3), nextCursor: 'c' } });
  expect(await allPages(read, CALL, 2)).toEqual(items(1, 2));
  expect(await allPages(read, CALL, 1)).toEqual(items(1));
  expect(read).toHaveBeenCalledTimes(2);
});
