/** What a list is asked for. */
export interface PageRequest {
  limit: number;
  next?: string;
}

export interface Page<T> {
  items: T[];
  total?: number;
  /** Where the next page starts; nothing on the last one. */
  nextCursor?: string | null;
}

/** The platform gives no more at once. */
const PAGE_SIZE = 100;

/**
 * Reads a list to its end. Stops where a cursor comes back a second time, which would go on for ever.
 *
 * @param atMost how many items are wanted, if not all
 */
export async function allPages<T>(read: (page: PageRequest) => Promise<Page<T>>, atMost = Infinity): Promise<T[]> {
  const items: T[] = [];
  const seen = new Set<string>();
  let next: string | undefined;
  do {
    const page = await read({ limit: PAGE_SIZE, ...(next === undefined ? {} : { next }) });
    items.push(...page.items);
    const isLast = page.items.length === 0 || !page.nextCursor || seen.has(page.nextCursor);
    next = isLast || items.length >= atMost ? undefined : (page.nextCursor ?? undefined);
    if (next !== undefined) seen.add(next);
  } while (next !== undefined);
  return items.slice(0, atMost);
}
