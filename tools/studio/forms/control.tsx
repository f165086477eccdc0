import type { FormField } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';
import { TextInput } from './text-input';

interface ControlProps {
  id: string;
  /** Id of the field's description. */
  describedBy: string | undefined;
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  chips: Array<{ label: string; script: string }>;
}

/** The control for a field, by the field's type. */
export function Control(props: ControlProps) {
  switch (props.field.type) {
    case 'select':
      return <Choice {...props} />;
    case 'toggle':
    case 'checkbox':
      return <Toggle {...props} />;
    case 'slider':
      return <Slider {...props} />;
    case 'number':
      return <NumberInput {...props} />;
    default:
      return <TextInput {...props} />;
  }
}

function Choice({ id, describedBy, field, value, onChange }: ControlProps) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  return (
    <select id={id} lang={tag} value={String(value)} aria-describedby={describedBy} onChange={(event) => onChange(event.currentTarget.value)}>
      {field.params?.options?.map((option) => (
        <option key={option.value} value={option.value}>
          {localized(option.label)}
        </option>
      ))}
    </select>
  );
}

function Toggle({ id, describedBy, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      type="checkbox"
      role="switch"
      checked={value === true}
      aria-describedby={describedBy}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function Slider({ id, describedBy, field, value, onChange }: ControlProps) {
  const { min, max, step } = field.params ?? {};
  return (
    <span class="slider">
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={Number(value)}
        aria-describedby={describedBy}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
      <output for={id}>{Number(value)}</output>
    </span>
  );
}

function NumberInput({ id, describedBy, value, onChange }: ControlProps) {
  return (
    <input
      id={id}
      type="number"
      value={typeof value === 'number' ? value : ''}
      aria-describedby={describedBy}
      onInput={(event) => {
        const { valueAsNumber } = event.currentTarget;
        onChange(Number.isNaN(valueAsNumber) ? undefined : valueAsNumber);
      }}
    />
  );
}
