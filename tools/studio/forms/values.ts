import type { ExtensionForms, FormField, NodeForm } from '../../sandbox/studio/wire';
import { shownFields } from './conditions';

export type FormValues = Record<string, unknown>;

/** The values of a new form: the defaults, and the sandbox's connections in the connection fields. */
export function startValues({ fields = [] }: NodeForm, { saved }: ExtensionForms): FormValues {
  return Object.fromEntries(fields.map((field) => [field.key, startValue(field, saved)]));
}

/** The config that the node would get, without the fields that the form does not show. */
export function configOf(node: NodeForm, values: FormValues): FormValues {
  const entries = shownFields(node, values).map(({ key }) => [key, values[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function startValue({ type, params, defaultValue }: FormField, saved: ExtensionForms['saved']): unknown {
  if (type !== 'connection') return defaultValue;
  const found = saved.find((connection) => connection.type === params?.connectionType);
  return found === undefined ? undefined : { connectionId: found.id };
}
