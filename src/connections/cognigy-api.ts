import type { Connection } from './connection';

/** How nodes start the background chain again when it has stopped. */
export const cognigyApi: Connection = {
  type: 'cognigyApi',
  label: 'Cognigy API',
  fields: [
    {
      fieldName: 'apiUrl',
      label: 'API URL',
      description: 'The address of the management API without a path, such as https://api-trial.cognigy.ai',
    },
    { fieldName: 'apiKey', label: 'API key', description: 'An API key of a user who may trigger Functions' },
    { fieldName: 'functionId', label: 'Function ID', description: 'The id of the Function that runs the chain' },
  ],
};
