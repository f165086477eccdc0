import type { Connection } from './connection';

/** The Endpoint whose transformer keeps the tokens that nodes and Function share. */
export const accessTokenStore: Connection = {
  type: 'accessTokenStore',
  label: 'Access Token Store (Endpoint)',
  fields: [
    {
      fieldName: 'url',
      label: 'Endpoint URL',
      description: 'The URL of the Endpoint with the generated transformer (webhook and socket: its inject URL)',
    },
    {
      fieldName: 'endpointSecret',
      label: 'Endpoint secret',
      description: 'The secret in the configuration of that transformer',
    },
  ],
};
