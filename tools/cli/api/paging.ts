import { ApiFailure } from './failure';

/** Which part of a list to request. */
export interface PageRequest {
  limit: number;
  next?: string;
}

export interface Page<T> {
  items: T[];
  /** Where the next page starts; absent on the last one. */
  nextCursor?: string | undefined;
}

/** The platform's largest page. */
const PAGE_SIZE = 100;
const MOST_PAGES = 500;

/**
 * Reads a list to its end. It also stops at a page with nothing new, and at a cursor that it has seen before.
 *
 * @param call for error messages, such as `GET /new/v2.0/functions`
 * @param atMost how many items to read; by default all
 * @throws ApiFailure for a list that does not end
 */
export async function allPages<T extends { id: string }>(
  read: (page: PageRequest) => Promise<Page<T>>,
  call: string,
  atMost = Infinity,
): Promise<T[]> {
  const items = new Map<string, T>();
  const cursors = new Set<string | undefined>([undefined]);
  let next: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await read({ limit: PAGE_SIZE, ...(next === undefined ? {} : { next }) });
    const before = items.size;
    for (const item of page.items) items.set(item.id, item);
    next = page.nextCursor;
    if (cursors.has(next) || items.size === before || items.size >= atMost) return [...items.values()].slice(0, atMost);
    cursors.add(next);
  }
  throw new ApiFailure(call, 200, `a list without an end: ${MOST_PAGES} pages, and each names a next one`, false);
}
