import { AccessTokenError } from '../errors';
import { AUTHENTICATION_CHOICES } from '../settings/authentication';
import { CONNECTION_TYPES } from '../settings/connections';
import { FORGET_FIELDS } from '../settings/forget-fields';
import { NODE_FIELDS } from '../settings/node-fields';
import type { NodeConfig } from '../settings/node';
import type { NodeField } from '../settings/node-field';
import type { ConnectionType } from '../settings/setting';
import { STORE_CHOICES } from '../settings/stores';

const FIELDS: Readonly<Record<string, NodeField>> = { ...FORGET_FIELDS, ...NODE_FIELDS };

/**
 * The same error, but it names the setting by its label in the form instead of its key.
 *
 * @param own fields of the node itself, if the error may be about one of them
 */
export function withLabel(
  error: AccessTokenError,
  { store, authentication = 'clientSecret' }: NodeConfig,
  own: Readonly<Record<string, NodeField>> = {},
): AccessTokenError {
  const { field } = error;
  if (field === undefined) return error;
  // Stores share field names with each other, and so do the ways to get a token.
  const unused = [...Object.entries(STORE_CHOICES), ...Object.entries(AUTHENTICATION_CHOICES)].flatMap(([name, { connection }]): ConnectionType[] =>
    name === store || name === authentication ? [] : [connection],
  );
  const connection = CONNECTION_TYPES.find((type) => !unused.includes(type) && field in type.fields);
  const label = (own[field] ?? FIELDS[field])?.label[0] ?? connection?.fields[field]?.label ?? field;
  return new AccessTokenError(error.code, error.message.replace(`"${field}"`, `"${label}"`), error);
}
