import type { IConnectionSchema, IConnectionSchemaField } from '@cognigy/extension-tools';

import { CONNECTION_TYPES } from '../settings/connections';
import type { ConnectionField } from '../settings/setting';

/** A connection type as the platform expects it. The vendor's typings only know `fieldName`. */
interface Connection extends IConnectionSchema {
  fields: (IConnectionSchemaField & Omit<ConnectionField, 'key'>)[];
}

export const connections: Connection[] = CONNECTION_TYPES.map(({ type, label, fields }) => ({
  type,
  label,
  fields: Object.entries(fields).map(([fieldName, { key: _, ...texts }]) => ({ fieldName, ...texts })),
}));
