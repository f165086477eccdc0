import { namesIn } from '../json';

/**
 * Keeps only the parts of a JSON value at some paths, each in its place. In a list, a name means that member of all
 * elements, so `items[].price` and `items.price` are the same.
 *
 * @param paths such as `customer.name` or `items[0].id`; none keep everything
 * @returns the parts that exist; `null` if there are none
 */
export function includedPaths(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0) return value;
  return pick(value, paths.map(namesIn)) ?? null;
}

/** @param wanted the rest of each path; an empty one wants everything */
function pick(value: unknown, wanted: readonly string[][]): unknown {
  if (wanted.some((names) => names.length === 0)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? pickElements(value, wanted) : pickMembers(value, wanted);
}

function pickMembers(value: object, wanted: readonly string[][]): unknown {
  const kept = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const part = pick(member, following(wanted, (first) => first === name));
    return part === undefined ? [] : [[name, part]];
  });
  // Makes own members, whatever their names.
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function pickElements(value: unknown[], wanted: readonly string[][]): unknown {
  const isIndex = (name: string) => /^\d+$/.test(name);
  const ofAll = wanted.filter(([first = '']) => !isIndex(first));
  const parts = value.map((element, index) => pick(element, [...ofAll, ...following(wanted, (first) => isIndex(first) && Number(first) === index)]));
  while (parts.length > 0 && parts[parts.length - 1] === undefined) parts.pop();
  // Gaps are filled with `null`, so that the other elements keep their indices.
  return parts.length === 0 ? undefined : parts.map((part) => part ?? null);
}

/** The rest of each path whose first name matches. */
function following(wanted: readonly string[][], isMeant: (first: string) => boolean): string[][] {
  return wanted.filter(([first]) => first !== undefined && isMeant(first)).map(([, ...rest]) => rest);
}
