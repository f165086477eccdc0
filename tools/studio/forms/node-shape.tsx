import type { ExtensionForms, NodeForm } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';
import type { FormValues } from './values';

interface NodeShapeProps {
  node: NodeForm;
  forms: ExtensionForms;
  values: FormValues;
  /** Type of the branch that the last run took. */
  taken: string | undefined;
}

/** The node with its branches, if it has any. */
export function NodeShape({ node, forms, values, taken }: NodeShapeProps) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const branches = forms.nodes.filter(({ parentType }) => parentType === node.type);
  const preview = values[node.preview?.key ?? ''];
  return (
    <figure class="shape">
      <figcaption class="unseen">The node and its branches</figcaption>
      <p class="shape-node" lang={tag}>
        <Swatch node={node} />
        <strong>{localized(node.defaultLabel)}</strong>
        {typeof preview === 'string' && <span class="preview">{preview}</span>}
      </p>
      {branches.length > 0 && (
        <ul class="branches" lang={tag}>
          {branches.map((branch) => (
            <li key={branch.type} class={branch.type === taken ? 'taken' : ''}>
              <Swatch node={branch} />
              {localized(branch.defaultLabel)}
              {branch.type === taken && <span class="unseen" lang="en"> (taken by the last run)</span>}
            </li>
          ))}
        </ul>
      )}
    </figure>
  );
}

/** The node's colour, as its extension sets it. */
function Swatch({ node: { appearance } }: { node: NodeForm }) {
  return (
    <svg class="swatch" width="14" height="14" aria-hidden="true">
      <circle cx="7" cy="7" r="7" fill={appearance?.color ?? 'gray'} />
    </svg>
  );
}
