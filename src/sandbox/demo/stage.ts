import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { startAuthorizationServer } from '../authorization-server/start';
import type { AuthorizationServer } from '../authorization-server/types';
import type { FlowNode } from '../flows';
import { startSandbox } from '../index';
import type { Sandbox, SandboxEvent } from '../platform';

/** Everything the demo plays with: the platform, the authorization server, and the product set up in between. */
export interface Stage {
  authorizationServer: AuthorizationServer;
  sandbox: Sandbox;
  endpointSecret: string;
  /** The REST Endpoint: chat messages go here, and it is the shared store. */
  endpointUrl: string;
  /** What must appear nowhere: the demo looks for it at the end. */
  secrets: string[];
  /** Starts the chain, as an admin does by triggering the Function once. */
  startChain(): void;
  close(): Promise<void>;
}

/** The demo plays in fast motion: minutes of a real token's life are seconds here. */
export const TOKEN_LIFETIME_SECONDS = 12;
export const FUNCTION_TIME_LIMIT_SECONDS = 8;
const FUNCTION_BUFFER_SECONDS = 1;
const FUNCTION_STARTUP_DELAY_MS = 300;
const URL_TOKEN = 'demo-endpoint';

/**
 * Starts the servers and installs the built files as an admin would: the extension is uploaded, the
 * transformer and the Function are rendered and pasted.
 *
 * @param dist the folder of the built files
 */
export async function setTheStage(dist: string, onEvent: (event: SandboxEvent) => void): Promise<Stage> {
  const authorizationServer = await startAuthorizationServer({ accessTokenLifetimeSeconds: TOKEN_LIFETIME_SECONDS });
  const sandbox = await startSandbox({
    apiKey: randomBytes(24).toString('hex'),
    functionTimeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
    functionStartupDelayMs: FUNCTION_STARTUP_DELAY_MS,
    onEvent,
  });
  const endpointSecret = randomBytes(24).toString('hex');
  const secrets = [authorizationServer.client.clientSecret, endpointSecret, sandbox.apiKey];
  await sandbox.uploadExtension(join(dist, 'access-token.tar.gz'));
  const flow = createFlow(authorizationServer, sandbox.endpointUrl(URL_TOKEN), endpointSecret);
  const { url } = sandbox.createEndpoint({ type: 'rest', name: 'Demo', urlToken: URL_TOKEN, flow });
  // The Function's id belongs into its own configuration, so it is created first and filled afterwards.
  const functionId = sandbox.createFunction({ name: 'Access Token', code: 'export default async () => {};' });
  const config = {
    tokens: [
      {
        tokenName: 'accessToken',
        tokenUrl: authorizationServer.tokenUrl,
        clientId: authorizationServer.client.clientId,
        clientSecret: '${DEMO_CLIENT_SECRET}',
      },
    ],
    storeUrl: url,
    endpointSecret: '${DEMO_ENDPOINT_SECRET}',
    apiUrl: sandbox.apiUrl,
    apiKey: '${DEMO_API_KEY}',
    functionId,
    functionTimeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
    functionBufferSeconds: FUNCTION_BUFFER_SECONDS,
  };
  const environment = {
    DEMO_CLIENT_SECRET: authorizationServer.client.clientSecret,
    DEMO_ENDPOINT_SECRET: endpointSecret,
    DEMO_API_KEY: sandbox.apiKey,
  };
  const render = await createRenderer(dist, config, environment);
  sandbox.updateTransformer(URL_TOKEN, await render('transformer-rest'));
  sandbox.updateFunction(functionId, { code: await render('function') });
  return {
    authorizationServer,
    sandbox,
    endpointSecret,
    endpointUrl: url,
    secrets,
    startChain: () => void sandbox.triggerFunction(functionId),
    close: async () => {
      await sandbox.close();
      await authorizationServer.close();
    },
  };
}

/** The bot: get a token, call the API with it, say what came back. */
function createFlow({ tokenUrl, client, apiUrl }: AuthorizationServer, storeUrl: string, endpointSecret: string): FlowNode[] {
  return [
    {
      id: 'get-access-token',
      type: 'getAccessToken',
      extension: true,
      config: {
        connection: { tokenUrl, clientId: client.clientId, clientSecret: client.clientSecret },
        store: 'endpoint',
        endpointConnection: { url: storeUrl, endpointSecret },
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

type Renderer = (artifact: 'transformer-rest' | 'function') => Promise<string>;

async function createRenderer(dist: string, config: object, environment: Record<string, string>): Promise<Renderer> {
  const run = promisify(execFile);
  return async (artifact) => {
    const folder = await mkdtemp(join(tmpdir(), 'access-token-demo-'));
    try {
      const configFile = join(folder, 'config.json');
      const outFile = join(folder, artifact);
      await writeFile(configFile, JSON.stringify(config));
      const args = [join(dist, 'cli.js'), 'render', artifact, '--config', configFile, '--out', outFile];
      await run(process.execPath, args, { env: environment });
      return await readFile(outFile, 'utf8');
    } finally {
      await rm(folder, { recursive: true });
    }
  };
}
