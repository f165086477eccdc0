import { useState } from 'preact/hooks';

import type { ExtensionForms, NodeForm } from '../../wire';
import { useLanguageTag, useLocalized } from '../languages';
import { RunPanel } from '../run/run-panel';
import { NodeFormView } from './node-form';
import { NodeShape } from './node-shape';
import { TooLong } from './too-long';
import { startValues } from './values';

/** A node: how it looks in a Flow, its form, and a run of it. */
export function NodePage({ node, forms }: { node: NodeForm; forms: ExtensionForms }) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const [values, setValues] = useState(() => startValues(node, forms));
  const [showAll, setShowAll] = useState(false);
  const [branch, setBranch] = useState<string>();
  const path = `/nodes/${forms.nodes.indexOf(node)}`;
  return (
    <div class="node-page">
      <section aria-labelledby="node-title">
        <h2 id="node-title" lang={tag}>
          {localized(node.defaultLabel)}
        </h2>
        <p class="summary" lang={tag}>
          {localized(node.summary)}
        </p>
        {['defaultLabel', 'summary'].map((key) => (
          <TooLong key={key} findings={forms.findings} path={`${path}/${key}`} />
        ))}
        <NodeShape node={node} forms={forms} values={values} taken={branch} />
        <label class="show-all">
          <input type="checkbox" checked={showAll} onChange={(event) => setShowAll(event.currentTarget.checked)} />
          Show every field, whatever its condition
        </label>
        <form class="editor" aria-label={localized(node.defaultLabel)} onSubmit={(event) => event.preventDefault()}>
          <NodeFormView node={node} forms={forms} values={values} onChange={setValues} showAll={showAll} />
        </form>
      </section>
      <RunPanel node={node} values={values} forms={forms} onBranch={setBranch} />
    </div>
  );
}
