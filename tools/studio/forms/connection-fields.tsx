import { useId } from 'preact/hooks';

import type { ConnectionForm } from '../../sandbox/studio/wire';
import { RequiredMark } from './required-mark';

type Values = Record<string, string>;

/** Names of fields that hold a secret. */
const SECRET = /secret|key$|token$/i;

interface ConnectionFieldsProps {
  connection: ConnectionForm;
  values: Values;
  onChange: (values: Values) => void;
}

/** The fields of a connection type. As in the editor, secrets are hidden. */
export function ConnectionFields({ connection, values, onChange }: ConnectionFieldsProps) {
  return (
    <>
      {connection.fields.map((field) => (
        <ConnectionField
          key={field.fieldName}
          field={field}
          value={values[field.fieldName] ?? ''}
          onChange={(value) => onChange(withValue(values, field.fieldName, value))}
        />
      ))}
    </>
  );
}

interface ConnectionFieldProps {
  field: ConnectionForm['fields'][number];
  value: string;
  onChange: (value: string) => void;
}

function ConnectionField({ field, value, onChange }: ConnectionFieldProps) {
  const id = useId();
  const { fieldName, label, description, required = true } = field;
  const common = {
    id,
    value,
    autocomplete: 'off',
    spellcheck: false,
    ...(description === undefined ? {} : { 'aria-describedby': `${id}-description` }),
    onInput: (event: preact.TargetedInputEvent<HTMLInputElement>) => onChange(event.currentTarget.value),
  };
  return (
    <div class="field" data-field={fieldName}>
      <label for={id}>
        {label ?? fieldName}
        {required && <RequiredMark />}
      </label>
      {SECRET.test(fieldName) ? <input type="password" {...common} /> : <input type="text" {...common} />}
      {description !== undefined && (
        <p class="description" id={`${id}-description`}>
          {description}
        </p>
      )}
    </div>
  );
}

/** Leaves out an empty field, as the platform does. */
function withValue(values: Values, name: string, value: string): Values {
  const others = Object.entries(values).filter(([key]) => key !== name);
  return Object.fromEntries(value === '' ? others : [...others, [name, value]]);
}
