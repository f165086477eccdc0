/** The JSON schemas in the vendor's client, which its typings leave out. */
declare module '@cognigy/rest-api-client/build/shared/interfaces/resources/*' {
  import type { SchemaObject } from 'ajv';

  export const connectionDataSchema: SchemaObject;
  export const endpointDataSchema: SchemaObject;
  export const extensionNodePackageDataSchema: SchemaObject;
  export const flowDataSchema: SchemaObject;
  export const functionDataSchema: SchemaObject;
  export const nodeFieldConditionSchema: SchemaObject;
  export const restChannelTypes: readonly string[];
  export const socketChannelTypes: readonly string[];
  export const webhookChannelTypes: readonly string[];
}
