import { request, type IncomingHttpHeaders } from 'node:http';
import { startSandbox, type AuthorizationServer, type Sandbox, type StartSandboxOptions } from '../../../tools/sandbox';
import { startInProcess } from '../support/in-process-host';

export interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** A request with exactly these headers: `fetch` leaves out or sets what a browser decides by itself. */
export function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/**
 * An authorization server that only writes down what is done to it.
 *
 * @param before happens before each call, which fails where this throws
 */
export function noteCalls(calls: unknown[][], before?: () => void): AuthorizationServer {
  const note = (name: string) => async (...values: unknown[]) => {
    before?.();
    calls.push([name, ...values]);
  };
  const noted = { setFault: note('setFault'), clearFault: note('clearFault'), revokeAll: note('revokeAll') };
  return noted as unknown as AuthorizationServer;
}

/** An extension whose node `show` stores what it was given and goes on in its first branch; `list` of `hand` offers the URL of its `store`. */
export const SHOWING_EXTENSION = `exports.default = {
  nodes: [
    {
      type: 'show',
      defaultLabel: { default: 'Show', deDE: 'Zeigen' },
      fields: [
        { key: 'text', type: 'cognigyText', label: 'Text' },
        { key: 'contextKey', type: 'cognigyText', label: 'Context key', defaultValue: 'accessToken' },
      ],
      function: async ({ cognigy, config, childConfigs }) => {
        cognigy.api.log('info', 'shown');
        cognigy.api.addToContext('seen', { config, childConfigs }, 'simple');
        if (childConfigs.length > 0) cognigy.api.setNextNode(childConfigs[0].id);
      },
    },
    { type: 'showYes', parentType: 'show', defaultLabel: 'Yes' },
    { type: 'showNo', parentType: 'show', defaultLabel: 'No' },
    { type: 'talk', defaultLabel: 'Talk', function: async ({ cognigy }) => cognigy.api.output('Hello', { schedule: [] }) },
    {
      type: 'hand',
      defaultLabel: 'Hand out',
      fields: [
        { key: 'refreshPercent', type: 'slider', label: 'Percent', defaultValue: 75 },
        { key: 'contextKey', type: 'cognigyText', label: 'Key', defaultValue: 'token' },
        {
          key: 'list',
          type: 'select',
          label: 'List',
          params: { options: [] },
          optionsResolver: {
            dependencies: ['store'],
            resolverFunction: async ({ config: { store } }) => {
              if (store === undefined) throw new Error('there is no store');
              return [{ label: store.url, value: 'url' }];
            },
          },
        },
      ],
      function: async ({ cognigy, config }) => cognigy.api.addToContext('token', { refreshed: true, access_token: config.handOut }, 'simple'),
    },
    { type: 'fail', defaultLabel: 'Fail', function: async () => { throw new Error('out of order'); } },
  ],
  connections: [
    { type: 'store', label: 'Store', fields: [{ fieldName: 'url' }, { fieldName: 'secret' }] },
    { type: 'other', label: 'Other', fields: [{ fieldName: 'key' }] },
  ],
};`;

/** @param archive an extension to upload */
export async function startWith(archive: string, options: StartSandboxOptions = {}): Promise<Sandbox> {
  const fast = { functionStartupDelayMs: 0, sessionStorageWriteDelayMs: 0 };
  const sandbox = await startSandbox({ startExtensionHost: startInProcess, ...fast, ...options });
  await sandbox.uploadExtension(archive);
  return sandbox;
}
