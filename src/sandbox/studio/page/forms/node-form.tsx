import type { ExtensionForms, FormField, FormSection, NodeForm } from '../../wire';
import { useLanguageTag, useLocalized } from '../languages';
import { isShown } from './conditions';
import { Field } from './field';
import { TooLong } from './too-long';
import type { FormValues } from './values';

interface NodeFormProps {
  node: NodeForm;
  forms: ExtensionForms;
  values: FormValues;
  onChange: (values: FormValues) => void;
  /** Fields whose condition does not hold, too, and every section open. */
  showAll: boolean;
}

/** A node's form as the editor lays it out: fields and sections in their order, by their conditions. */
export function NodeFormView({ node, forms, values, onChange, showAll }: NodeFormProps) {
  const { fields = [], sections = [], form = [] } = node;
  const path = `/nodes/${forms.nodes.indexOf(node)}`;
  const field = (key: string) => {
    const index = fields.findIndex((item) => item.key === key);
    const found = fields[index];
    if (found === undefined || !(showAll || isShown(found.condition, values))) return null;
    return (
      <>
        <Field
          key={key}
          field={found}
          value={values[key]}
          onChange={(value) => onChange({ ...values, [key]: value })}
          forms={forms}
          chips={node.tokens ?? []}
        />
        {showAll && <Condition field={found} />}
        <TooLong findings={forms.findings} path={`${path}/fields/${index}`} />
      </>
    );
  };
  const section = (key: string) => {
    const index = sections.findIndex((item) => item.key === key);
    const found = sections[index];
    if (found === undefined || !(showAll || isShown(found.condition, values))) return null;
    return (
      <Section key={key} section={found} open={showAll}>
        <TooLong findings={forms.findings} path={`${path}/sections/${index}`} />
        {found.fields.map(field)}
      </Section>
    );
  };
  return <>{form.map(({ type, key }) => (type === 'section' ? section(key) : field(key)))}</>;
}

interface SectionProps {
  section: FormSection;
  open: boolean;
  children: preact.ComponentChildren;
}

function Section({ section, open, children }: SectionProps) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  return (
    <details class="section" data-section={section.key} open={open || section.defaultCollapsed !== true}>
      <summary lang={tag}>{localized(section.label)}</summary>
      {children}
    </details>
  );
}

/** Says when the editor shows a field. */
function Condition({ field: { condition } }: { field: FormField }) {
  if (condition === undefined || !('key' in condition)) return null;
  return (
    <p class="condition">
      Shown if <code>{condition.key}</code> is {condition.negate === true ? 'not ' : ''}
      <code>{String(condition.value)}</code>
    </p>
  );
}
