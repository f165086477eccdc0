import type { ExtensionForms, FormField } from '../../sandbox/studio/wire';
import { ConnectionFields } from './connection-fields';

interface ConnectionControlProps {
  id: string;
  /** Id of the field's description. */
  describedBy: string | undefined;
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  forms: ExtensionForms;
}

const NONE = 'none';
const OWN = 'own';

/** Chooses one of the sandbox's connections, or takes the values of a new one. */
export function ConnectionControl({ id, describedBy, field, value, onChange, forms }: ConnectionControlProps) {
  const type = field.params?.connectionType;
  const connection = forms.connections.find((form) => form.type === type);
  const saved = forms.saved.filter((item) => item.type === type);
  const chosen = isReference(value) ? value.connectionId : value === undefined ? NONE : OWN;
  const choose = (choice: string) => {
    if (choice === NONE) onChange(undefined);
    else if (choice === OWN) onChange({});
    else onChange({ connectionId: choice });
  };
  return (
    <>
      <select id={id} value={chosen} aria-describedby={describedBy} onChange={(event) => choose(event.currentTarget.value)}>
        <option value={NONE}>None</option>
        {saved.map((item) => (
          <option key={item.id} value={item.id}>
            {item.name}
          </option>
        ))}
        <option value={OWN}>New connection</option>
      </select>
      {chosen === OWN && connection !== undefined && (
        <fieldset class="own-connection">
          <legend>{connection.label}</legend>
          <ConnectionFields connection={connection} values={value as Record<string, string>} onChange={onChange} />
        </fieldset>
      )}
    </>
  );
}

function isReference(value: unknown): value is { connectionId: string } {
  return typeof value === 'object' && value !== null && 'connectionId' in value;
}
