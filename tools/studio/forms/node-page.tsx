import { useState } from 'preact/hooks';

import type { ExtensionForms, NodeForm } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';
import { RunPanel } from '../run/run-panel';
import { NodeFormView } from './node-form';
import { NodeShape } from './node-shape';
import { TooLong } from './too-long';
import { startValues } from './values';

/** A node with its branches and its form, and a panel to run it. */
export function NodePage({ node, forms }: { node: NodeForm; forms: ExtensionForms }) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const [values, setValues] = useState(() => startValues(node, forms));
  const [showAll, setShowAll] = useState(false);
  const [branch, setBranch] = useState<string>();
  /** The node and its branches, because branches have no page of their own. */
  const parts = forms.nodes.filter((other) => other === node || other.parentType === node.type);
  const paths = parts.map((part) => `/nodes/${forms.nodes.indexOf(part)}`);
  return (
    <div class="node-page">
      <section aria-labelledby="node-title">
        <h2 id="node-title" tabIndex={-1} lang={tag}>
          {localized(node.defaultLabel)}
        </h2>
        <p class="summary" lang={tag}>
          {localized(node.summary)}
        </p>
        <p class="hint">Fields, order, labels and conditions are those that the editor gets from the extension. The editor draws them in its own way.</p>
        <TooLong findings={forms.findings} paths={paths} />
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
