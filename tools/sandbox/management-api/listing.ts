import type { Request } from 'express';
import { badRequest } from '../api-error';
import { isJsonObject } from '../json';

export type Query = Request['query'];

/** A page of a list, as in the vendor's client (`ICursorBasedPaginationReturnValue`). */
export interface Page<T> {
  items: T[];
  /** How many items all pages have together. */
  total: number;
  nextCursor: string | null;
  previousCursor: string | null;
}

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;
/** Query parameters that are not filters by a member's value. */
const CONTROLS = new Set(['projectId', 'filter', 'limit', 'skip', 'next', 'previous', 'sort']);
/** Query parameters that change how the platform shows Flows. Here they do nothing. */
const WITHOUT_EFFECT = new Set(['preferredLocaleId', 'includeFeedbackReport']);

/**
 * One page of a list: `filter` (part of the name), `<member>=value,value`, `sort=name:asc`, then `limit` with `skip`,
 * `next` or `previous`.
 * @throws ApiError 400 for an invalid parameter
 */
export function page<T extends object>(items: T[], query: Query): Page<T> {
  const found = sorted(items.filter((item) => matches(item, query)), query.sort);
  const limit = Math.min(Math.max(count(query, 'limit') ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
  const from = offset(query, limit);
  const to = from + limit;
  return {
    items: found.slice(from, to),
    total: found.length,
    nextCursor: to < found.length ? cursor(to) : null,
    previousCursor: from > 0 ? cursor(from) : null,
  };
}

function matches(item: object, query: Query): boolean {
  const member = (name: string): unknown => (item as Record<string, unknown>)[name];
  const { filter } = query;
  if (typeof filter === 'string' && !String(member('name')).toLowerCase().includes(filter.toLowerCase())) return false;
  return Object.entries(query).every(([name, wanted]) => {
    if (CONTROLS.has(name) || WITHOUT_EFFECT.has(name) || typeof wanted !== 'string') return true;
    if (!Object.prototype.hasOwnProperty.call(item, name)) throw badRequest(`The requested field ${name} does not exist`);
    return wanted.split(',').includes(String(member(name)));
  });
}

function sorted<T extends object>(items: T[], sort: Query[string]): T[] {
  if (typeof sort !== 'string') return items;
  const [name = '', direction] = (sort.split(',')[0] ?? '').split(':');
  const value = (item: T): unknown => (item as Record<string, unknown>)[name];
  const sign = direction === 'desc' ? -1 : 1;
  return [...items].sort((a, b) => sign * compare(value(a), value(b)));
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}

function offset(query: Query, limit: number): number {
  if (query.next !== undefined) return fromCursor(query.next);
  if (query.previous !== undefined) return Math.max(fromCursor(query.previous) - limit, 0);
  return count(query, 'skip') ?? 0;
}

function count(query: Query, name: string): number | undefined {
  const given = query[name];
  if (given === undefined) return undefined;
  const number = typeof given === 'string' ? Number(given) : NaN;
  if (!Number.isInteger(number) || number < 0) throw badRequest(`${name} must be a number of items`);
  return number;
}

function cursor(position: number): string {
  return Buffer.from(JSON.stringify({ position })).toString('base64url');
}

function fromCursor(text: Query[string]): number {
  try {
    const json = Buffer.from(typeof text === 'string' ? text : '', 'base64url').toString('utf8');
    const value: unknown = JSON.parse(json);
    if (isJsonObject(value) && Number.isInteger(value.position)) return Number(value.position);
  } catch {
    // Not one of our cursors: reported below.
  }
  throw badRequest('the cursor is none that a list gave');
}
