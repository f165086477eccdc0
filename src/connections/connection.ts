import type { IConnectionSchema, IConnectionSchemaField } from '@cognigy/extension-tools';

/** A connection field as the platform takes it; the vendor's typings know only `fieldName`. */
export interface ConnectionField extends IConnectionSchemaField {
  label: string;
  description: string;
  /** Default: true. */
  required?: boolean;
}

export interface Connection extends IConnectionSchema {
  fields: ConnectionField[];
}
