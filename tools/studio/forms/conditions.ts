import type { FormCondition, FormField, NodeForm } from '../../sandbox/studio/wire';

type Values = Record<string, unknown>;

/** Whether a field or a section with this condition is shown for these values. */
export function isShown(condition: FormCondition | undefined, values: Values): boolean {
  if (condition === undefined) return true;
  if ('and' in condition) return condition.and.every((part) => isShown(part, values));
  if ('or' in condition) return condition.or.some((part) => isShown(part, values));
  return (values[condition.key] === condition.value) !== (condition.negate ?? false);
}

/** The fields that the form shows. A field in a section needs its section to be shown too. */
export function shownFields({ fields = [], sections = [] }: NodeForm, values: Values): FormField[] {
  const hidden = sections.filter(({ condition }) => !isShown(condition, values)).flatMap((section) => section.fields);
  return fields.filter(({ key, condition }) => !hidden.includes(key) && isShown(condition, values));
}

/** A condition in words. */
export function describeCondition(condition: FormCondition): string {
  if ('and' in condition) return condition.and.map(describePart).join(' and ');
  if ('or' in condition) return condition.or.map(describePart).join(' or ');
  return `${condition.key} is ${condition.negate === true ? 'not ' : ''}${String(condition.value)}`;
}

function describePart(part: FormCondition): string {
  return 'key' in part ? describeCondition(part) : `(${describeCondition(part)})`;
}
