import { CliError } from '../cli-error';

interface Named {
  id: string;
  name: string;
}

export interface Search {
  /** What it is, for error messages: `Function`. */
  kind: string;
  /** The id that the configuration names. */
  explicitId?: string | undefined;
  /** The id that the lock file remembers. */
  lockedId?: string | undefined;
  name: string;
}

/**
 * Finds a thing again: by the id in the configuration, else by the one in the lock file if it still exists, else by name.
 *
 * @returns `undefined` when there is none
 * @throws CliError resource_not_found, when the configuration names an id that does not exist; name_ambiguous
 */
export function locate<T extends Named>(items: readonly T[], { kind, explicitId, lockedId, name }: Search): T | undefined {
  const byId = (id: string): T | undefined => items.find((item) => item.id === id);
  if (explicitId !== undefined) {
    const found = byId(explicitId);
    if (found === undefined) throw new CliError('resource_not_found', `The project has no ${kind} with the id ${explicitId}.`);
    return found;
  }
  const locked = lockedId === undefined ? undefined : byId(lockedId);
  if (locked !== undefined) return locked;
  const [first, ...others] = items.filter((item) => item.name === name);
  if (first === undefined || others.length === 0) return first;
  const ids = [first, ...others].map(({ id }) => id);
  const message = `The project has ${ids.length} of the kind ${kind} that are named "${name}": ${ids.join(', ')}.`;
  throw new CliError('name_ambiguous', message);
}
