import { useId } from 'preact/hooks';

export const NO_INPUT = '{}';

/** @throws Error with a message for the user */
export function readInput(text: string): Record<string, unknown> {
  const value = parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('The input of the run must be a JSON object, such as {"text": "Hello"}.');
  }
  return value as Record<string, unknown>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The input of a run, for fields that use `{{input.…}}`. */
export function InputOfRun({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const id = useId();
  return (
    <details class="section">
      <summary>Input of the run</summary>
      <div class="field">
        <label for={id}>Input, as JSON</label>
        <textarea id={id} rows={3} spellcheck={false} value={text} aria-describedby={`${id}-description`} onInput={(event) => onChange(event.currentTarget.value)} />
        <p class="description" id={`${id}-description`}>
          What <code>{'{{input.…}}'}</code> in a field stands for.
        </p>
      </div>
    </details>
  );
}
