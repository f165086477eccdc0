import Ajv, { type SchemaObject, type ValidateFunction } from 'ajv';
import { badRequest } from '../api-error';
import { isJsonObject, type JsonObject } from '../json';
import { CHANNELS } from './channels';

const MONGO_ID = /^[0-9a-f]{24}$/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Formats that the vendor's schemas name but that are not documented: everything passes. */
const UNCHECKED = [
  'color',
  'date-time',
  'email',
  'json',
  'language-code',
  'nlu-connector-type',
  'regex',
  'resource-description',
  'uri',
  'url',
];

const ajv = new Ajv({
  // The vendor's schemas are for an older ajv, which doesn't require a `type` next to `properties`.
  strict: false,
  allErrors: true,
  formats: {
    ...Object.fromEntries(UNCHECKED.map((name) => [name, true as const])),
    'alphanum-64': /^[0-9a-z]{64}$/i,
    'endpoint-channel': (text: string) => CHANNELS.has(text),
    'mongo-id': MONGO_ID,
    'package-name': /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/,
    'resource-name': /^.{1,200}$/,
    uuid: UUID,
  },
});

/** Whether the platform accepts the text as an id. */
export function isId(text: unknown): text is string {
  return typeof text === 'string' && MONGO_ID.test(text);
}

/** Checks a request body and returns it. @throws ApiError 400 that names what is wrong */
export type BodyCheck = (body: unknown) => JsonObject;

/**
 * Makes the check for bodies that create an entity.
 * @param data the vendor's schema of the entity's own members
 * @param required the members that a body must have besides `projectId`
 */
export function creationCheck(data: SchemaObject, required: readonly string[]): BodyCheck {
  const properties = { ...membersOf(data), projectId: { type: 'string', format: 'mongo-id' } };
  return check({ type: 'object', additionalProperties: false, properties, required: ['projectId', ...required] });
}

/** Makes the check for bodies that change an entity. They may have any of its own members. */
export function changeCheck(data: SchemaObject): BodyCheck {
  return check({ type: 'object', additionalProperties: false, properties: membersOf(data) });
}

function check(schema: SchemaObject): BodyCheck {
  let compiled: ValidateFunction | undefined;
  return (body) => {
    if (!isJsonObject(body)) throw badRequest('the body must be a JSON object');
    // Compiled only when needed: most sandboxes never get such a body, and the Endpoint's schema is large.
    const validate = (compiled ??= ajv.compile(schema));
    if (validate(body)) return body;
    // These messages name members and rules, but no values. Bodies hold secrets.
    throw badRequest(ajv.errorsText(validate.errors, { dataVar: 'body' }));
  };
}

function membersOf(data: SchemaObject): object {
  return (data as { properties: object }).properties;
}
