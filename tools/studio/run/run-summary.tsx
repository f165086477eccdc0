import type { ExtensionForms, RunReport } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';

/** The result of a run, short enough for screen readers. */
export function RunSummary({ report, forms }: { report: RunReport; forms: ExtensionForms }) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const { apiCalls, maxApiCalls, durationMs, extensionError } = report;
  const branch = forms.nodes.find(({ type }) => type === report.branch);
  return (
    <>
      <dl class="facts">
        <dt>Branch</dt>
        <dd data-fact="branch" lang={branch === undefined ? undefined : tag}>
          {branch === undefined ? 'none' : localized(branch.defaultLabel)}
        </dd>
        <dt>API calls</dt>
        <dd data-fact="api-calls">
          {apiCalls} of {maxApiCalls}
        </dd>
        <dt>Time</dt>
        <dd data-fact="time">{Math.round(durationMs)} ms</dd>
      </dl>
      {extensionError !== undefined && <p class="warning">The platform ended it: {extensionError}</p>}
    </>
  );
}
