import { useRef } from 'preact/hooks';

import type { FormField, NodeForm } from '../../sandbox/studio/wire';
import { snippetFor, takesChips } from './chips';

interface TextInputProps {
  id: string;
  /** Id of the field's description. */
  describedBy: string | undefined;
  field: FormField;
  value: unknown;
  onChange: (value: string) => void;
  chips: NonNullable<NodeForm['tokens']>;
}

/** An input for a text or for JSON. Chips insert what a node has stored. */
export function TextInput({ id, describedBy, field, value, onChange, chips }: TextInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const insert = (script: string) => {
    if (input.current !== null) insertAtCaret(input.current, (before) => snippetFor(field, script, before));
  };
  return (
    <>
      <input
        ref={input}
        id={id}
        type="text"
        value={typeof value === 'string' ? value : ''}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={describedBy}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {takesChips(field) && chips.length > 0 && (
        <span class="chips">
          {chips.map(({ label, script }) => (
            <button key={script} type="button" class="chip" title={`Inserts {{${script}}} at the cursor`} onClick={() => insert(script)}>
              {label}
            </button>
          ))}
        </span>
      )}
    </>
  );
}

/** Inserts text as if it were typed, so that Ctrl+Z undoes it. It comes after a selection, and does not replace it. */
function insertAtCaret(input: HTMLInputElement, snippet: (before: string) => string): void {
  const at = input.selectionEnd ?? input.value.length;
  const text = snippet(input.value.slice(0, at));
  input.focus();
  input.setSelectionRange(at, at);
  // Nothing else enters the browser's undo history.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (document.execCommand('insertText', false, text)) return;
  input.setRangeText(text, at, at, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
