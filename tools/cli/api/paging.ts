/** The part of a list to ask for. */
export interface PageRequest {
  limit: number;
  next?: string;
}

export interface Page<T> {
  items: T[];
  total?: number;
  /** Where the next page starts; absent on the last one. */
  nextCursor?: string | null;
}

/** The platform's largest page. */
const PAGE_SIZE = 100;

/**
 * Reads a list to its end. A cursor that comes back a second time ends it too: it would go on for ever.
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
