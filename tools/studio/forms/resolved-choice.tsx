import type { FormField } from '../../sandbox/studio/wire';
import { useResolvedOptions, type OptionsSource } from './use-resolved-options';

interface ResolvedChoiceProps {
  id: string;
  /** Id of the field's description. */
  describedBy: string | undefined;
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  source: OptionsSource;
}

/**
 * A list that the extension fills. It asks for its options when it gets the focus, and when it is pressed after a change of
 * a field that it depends on. Options may be too long for the list, so they are shown below it too.
 */
export function ResolvedChoice({ id, describedBy, field, value, onChange, source }: ResolvedChoiceProps) {
  const { options, isAsking, problem, ask, askIfChanged } = useResolvedOptions(field, source);
  const chosen = options.find((option) => option.value === value) ?? options[0];
  return (
    <>
      <select
        id={id}
        value={chosen?.value ?? ''}
        aria-describedby={describedBy}
        onFocus={ask}
        onPointerDown={askIfChanged}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        {isAsking && <option value="">…</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <div class="outcome" aria-live="polite">
        {options.map((option) => (
          <p key={option.value}>{option.label}</p>
        ))}
        {problem !== undefined && <p class="bad">{problem}</p>}
      </div>
    </>
  );
}
