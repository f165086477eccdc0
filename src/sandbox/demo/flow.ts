import type { FlowNode } from '../flows';

/** Ids of the connections that a bot builder chooses in the node. */
export interface FlowConnections {
  oauth2: string;
  store: string;
}

/**
 * The bot: get a token, call the API with it, say what came back.
 *
 * @param apiUrl the protected API
 */
export function createFlow(apiUrl: string, { oauth2, store }: FlowConnections): FlowNode[] {
  return [
    {
      id: 'get-access-token',
      type: 'getAccessToken',
      extension: true,
      config: {
        connection: { connectionId: oauth2 },
        store: 'endpoint',
        endpointConnection: { connectionId: store },
      },
      children: {
        getAccessTokenOnSuccess: [
          {
            id: 'call-api',
            type: 'httpRequest',
            config: {
              url: apiUrl,
              headers: { authorization: '{{context.accessToken.authorization}}' },
              contextKey: 'api',
            },
          },
          sayNode('say-answer', 'status: {{context.api.status}}, source: {{context.accessToken.source}}'),
        ],
        getAccessTokenOnError: [sayNode('say-error', 'error: {{context.accessToken.error.code}}')],
      },
    },
  ];
}

function sayNode(id: string, text: string): FlowNode {
  return { id, type: 'say', config: { text } };
}
