import type { RunReport } from '../../sandbox/studio/wire';

/** What a run stored, said and logged. */
export function RunResult({ report: { result, context, input, outputs, logs } }: { report: RunReport }) {
  return (
    <>
      {result !== undefined && <Json title="Result" value={result} />}
      <Json title="Context" value={context} />
      <Json title="Input" value={input} />
      {outputs.length > 0 && <Json title="Output" value={outputs} />}
      <h3>Log</h3>
      {logs.length === 0 ? (
        <p>No lines.</p>
      ) : (
        <ul class="log">
          {logs.map(({ level, text }, index) => (
            <li key={index} data-level={level}>
              <strong>{level}</strong> {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Json({ title, value }: { title: string; value: unknown }) {
  return (
    <>
      <h3>{title}</h3>
      <pre tabIndex={0} role="region" aria-label={title}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </>
  );
}
