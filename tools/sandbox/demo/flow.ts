import type { ExtensionFlowNode, FlowNode, HttpRequestFlowNode } from '../flows';
import type { JsonObject } from '../json';

/** Ids of the connections that a bot builder chooses in the nodes. */
export interface FlowConnections {
  oauth2: string;
  store: string;
  /** With it, the nodes restart the chain if it has stopped. */
  cognigyApi?: string;
}

/**
 * The bot: get a token, call the API with it, say what came back. If the API refuses the token, it has been revoked: the bot
 * gets a new one and calls once more.
 *
 * @param apiUrl the protected API
 * @param refreshPercent when a token is due for refresh, percent of its lifetime
 */
export function createFlow(apiUrl: string, connections: FlowConnections, refreshPercent: number): FlowNode[] {
  const settings = settingsOf(connections, refreshPercent);
  return [
    {
      id: 'get-access-token',
      type: 'getAccessToken',
      extension: true,
      config: settings,
      children: {
        getAccessTokenOnSuccess: [
          callNode('call-api', apiUrl),
          {
            id: 'is-refused',
            type: 'ifThenElse',
            config: { left: '{{context.api.status}}', right: 401 },
            children: { then: [replaceNode(settings, apiUrl)] },
          },
          sayNode('say-answer', 'status: {{context.api.status}}, source: {{context.accessToken.source}}'),
        ],
        getAccessTokenOnError: [sayNode('say-error', 'error: {{context.accessToken.error.code}}')],
      },
    },
  ];
}

function settingsOf({ oauth2, store, cognigyApi }: FlowConnections, refreshPercent: number): JsonObject {
  return {
    connection: { connectionId: oauth2 },
    store: 'endpoint',
    endpointConnection: { connectionId: store },
    refreshPercent,
    ...(cognigyApi === undefined ? {} : { cognigyApiConnection: { connectionId: cognigyApi } }),
  };
}

function replaceNode(settings: JsonObject, apiUrl: string): ExtensionFlowNode {
  const again = [callNode('call-api-again', apiUrl)];
  return {
    id: 'replace-token',
    type: 'refreshIfExpiring',
    extension: true,
    config: { ...settings, rejectedToken: '{{context.accessToken.access_token}}' },
    children: { refreshIfExpiringOnRefreshed: again, refreshIfExpiringOnStillValid: again, refreshIfExpiringOnError: [] },
  };
}

function callNode(id: string, url: string): HttpRequestFlowNode {
  const headers = { authorization: '{{context.accessToken.authorization}}' };
  return { id, type: 'httpRequest', config: { url, headers, contextKey: 'api' } };
}

function sayNode(id: string, text: string): FlowNode {
  return { id, type: 'say', config: { text } };
}
