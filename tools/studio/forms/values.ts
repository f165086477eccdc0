import type { ExtensionForms, FormField, NodeForm } from '../../sandbox/studio/wire';

export type FormValues = Record<string, unknown>;

/** A fresh form: every default, and the sandbox's connections where a connection is asked for. */
export function startValues({ fields = [] }: NodeForm, { saved }: ExtensionForms): FormValues {
  return Object.fromEntries(fields.map((field) => [field.key, startValue(field, saved)]));
}

function startValue({ type, params, defaultValue }: FormField, saved: ExtensionForms['saved']): unknown {
  if (type !== 'connection') return defaultValue;
  const found = saved.find((connection) => connection.type === params?.connectionType);
  return found === undefined ? undefined : { connectionId: found.id };
}
