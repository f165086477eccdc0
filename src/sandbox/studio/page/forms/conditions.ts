import type { FormCondition } from '../../wire';

/** Whether a field or a section with this condition is shown, given what the form's fields hold. */
export function isShown(condition: FormCondition | undefined, values: Record<string, unknown>): boolean {
  if (condition === undefined) return true;
  if ('and' in condition) return condition.and.every((part) => isShown(part, values));
  if ('or' in condition) return condition.or.some((part) => isShown(part, values));
  return (values[condition.key] === condition.value) !== (condition.negate ?? false);
}
