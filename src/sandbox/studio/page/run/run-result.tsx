import type { ExtensionForms, RunReport } from '../../wire';
import { useLanguageTag, useLocalized } from '../languages';

/** What a run did: its branch, what it cost, what it stored and what it logged. */
export function RunResult({ report, forms }: { report: RunReport; forms: ExtensionForms }) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const { apiCalls, maxApiCalls, durationMs, context, input, logs, extensionError } = report;
  const branch = forms.nodes.find(({ type }) => type === report.branch);
  return (
    <>
      <dl class="facts">
        <dt>Branch</dt>
        <dd data-fact="branch" lang={tag}>
          {branch === undefined ? 'none' : localized(branch.defaultLabel)}
        </dd>
        <dt>API calls</dt>
        <dd data-fact="api-calls">
          {apiCalls} of {maxApiCalls}
        </dd>
        <dt>Time</dt>
        <dd data-fact="time">{Math.round(durationMs)} ms</dd>
      </dl>
      {extensionError !== undefined && <p role="alert">The platform ended it: {extensionError}</p>}
      <Json title="Context" value={context} />
      <Json title="Input" value={input} />
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

function Json({ title, value }: { title: string; value: Record<string, unknown> }) {
  return (
    <>
      <h3>{title}</h3>
      <pre tabIndex={0} role="region" aria-label={title}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </>
  );
}
