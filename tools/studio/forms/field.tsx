import { useId } from 'preact/hooks';

import type { ExtensionForms, FormField } from '../../sandbox/studio/wire';
import { useLanguageTag, useLocalized } from '../languages';
import { ConnectionControl } from './connection-control';
import { Control } from './control';
import { RequiredMark } from './required-mark';
import { ResolvedChoice } from './resolved-choice';
import type { OptionsSource } from './use-resolved-options';

export interface FieldProps {
  field: FormField;
  value: unknown;
  onChange: (value: unknown) => void;
  forms: ExtensionForms;
  /** The form that the field is in. */
  source: OptionsSource;
}

/** One field with the schema's texts: label, control and description. */
export function Field({ field, value, onChange, forms, source }: FieldProps) {
  const localized = useLocalized();
  const tag = useLanguageTag();
  const id = useId();
  const { label, params, type } = field;
  const description = field.description ?? params?.text;
  const describedBy = description === undefined ? undefined : `${id}-description`;
  const isRequired = params?.required === true;
  return (
    <div class="field" data-field={field.key}>
      <label for={id} lang={tag}>
        {localized(label)}
        {isRequired && <RequiredMark />}
      </label>
      {type === 'description' ? null : type === 'connection' ? (
        <ConnectionControl id={id} describedBy={describedBy} field={field} value={value} onChange={onChange} forms={forms} />
      ) : field.optionsResolver ? (
        <ResolvedChoice id={id} describedBy={describedBy} field={field} value={value} onChange={onChange} source={source} />
      ) : (
        <Control id={id} describedBy={describedBy} field={field} value={value} onChange={onChange} chips={source.node.tokens ?? []} />
      )}
      {description !== undefined && (
        <p class="description" id={describedBy} lang={tag}>
          {localized(description)}
        </p>
      )}
    </div>
  );
}
