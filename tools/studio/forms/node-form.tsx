import { Fragment } from 'preact';

import type { ExtensionForms, FormCondition, FormSection, NodeForm } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';
import { describeCondition, isShown, shownFields } from './conditions';
import { Field } from './field';
import { TooLong } from './too-long';
import type { FormValues } from './values';

interface NodeFormProps {
  node: NodeForm;
  forms: ExtensionForms;
  values: FormValues;
  onChange: (values: FormValues) => void;
  /** Also shows fields whose condition is not met, and opens all sections. */
  showAll: boolean;
}

/** A node's form: the schema's fields and sections, in order, if their conditions are met. */
export function NodeFormView({ node, forms, values, onChange, showAll }: NodeFormProps) {
  const { fields = [], sections = [], form = [] } = node;
  const shown = shownFields(node, values);
  const path = `/nodes/${forms.nodes.indexOf(node)}`;
  const field = (key: string) => {
    const index = fields.findIndex((item) => item.key === key);
    const found = fields[index];
    if (found === undefined || !(showAll || shown.includes(found))) return null;
    return (
      <Fragment key={key}>
        <Field
          field={found}
          value={values[key]}
          onChange={(value) => onChange({ ...values, [key]: value })}
          forms={forms}
          source={{ node, values }}
        />
        {showAll && <Condition condition={found.condition} />}
        <TooLong findings={forms.findings} paths={[`${path}/fields/${index}`]} />
      </Fragment>
    );
  };
  const section = (key: string) => {
    const index = sections.findIndex((item) => item.key === key);
    const found = sections[index];
    if (found === undefined || !(showAll || isShown(found.condition, values))) return null;
    return (
      <Section key={key} section={found} open={showAll}>
        {showAll && <Condition condition={found.condition} />}
        <TooLong findings={forms.findings} paths={[`${path}/sections/${index}`]} />
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

/** Says when the editor shows a field or a section. */
function Condition({ condition }: { condition: FormCondition | undefined }) {
  if (condition === undefined) return null;
  return (
    <p class="condition">
      Shown if <code>{describeCondition(condition)}</code>
    </p>
  );
}
