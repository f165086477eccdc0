import { randomBytes } from 'node:crypto';

import type { AskForConsent } from '../studio/consents';
import type { StoreAccess } from '../studio/stored-token';
import { CommandLine } from './command-line';
import { createFlow } from './flow';
import { FUNCTION_BUFFER_SECONDS, FUNCTION_TIME_LIMIT_SECONDS } from './servers';
import type { Servers } from './servers';
import type { DemoOptions } from './options';
import { WorkFolder } from './work-folder';

/** The product, deployed by its own command. Its Endpoint takes the chat messages and is the shared store. */
export interface Deployment extends StoreAccess {
  tokenName: string;
  /** The last part of the Endpoint's URL. */
  urlToken: string;
  functionId: string;
  /** What must not appear anywhere: the demo searches for it at the end. A consent adds its refresh token. */
  secrets: () => string[];
  /** Runs `authorize`, which opens no browser. */
  authorize: AskForConsent;
  /** Runs `status` and shows its output; runs it again if it can't tell the state. @returns its exit code */
  showStatus: () => Promise<number | null>;
  /** Everything the commands have printed and written, except the file that is meant for secrets. */
  traces: () => string;
  close: () => void;
}

/** `deploy` failed. The message is what it printed. */
export class DeployFailed extends Error {}

/** What the demo reads from the file that `deploy` writes next to the configuration. */
interface Lock {
  flowId: string;
  urlToken: string;
  functionId: string;
  /** By name. */
  connectionIds: Record<string, string>;
}

/** The exit code of `status` when it can't tell the state. */
const EXIT_UNKNOWN = 2;
/** On a machine that stalls, `status` may wait too long for an answer, so it runs up to this often. */
const MOST_LOOKS = 5;
const TOKEN_NAME = 'accessToken';
const ENV_FILE = 'access-token.env';
/** The line in which `authorize` prints the address for the user's consent. */
const ADDRESS = /^https?:\/\/\S+$/;

/**
 * Does what a user does: writes a configuration, runs `deploy`, and builds a Flow with the connections that `deploy` made.
 *
 * @param dist the folder of the built files
 * @param stop ends `deploy`
 * @throws DeployFailed
 */
export async function deploy(
  dist: string,
  servers: Servers,
  { percent, chain }: DemoOptions,
  tell: (line: string) => void,
  stop: AbortSignal,
): Promise<Deployment> {
  const { authorizationServer, sandbox } = servers;
  const endpointSecret = randomBytes(24).toString('hex');
  const environment = {
    DEMO_CLIENT_SECRET: authorizationServer.client.clientSecret,
    DEMO_ENDPOINT_SECRET: endpointSecret,
    DEMO_API_KEY: sandbox.apiKey,
  };
  const commands = new CommandLine(dist, environment, tell);
  const folder = new WorkFolder();
  try {
    const configFile = folder.write('access-token.json', JSON.stringify(configurationFor(servers, percent), null, 2));
    const { code, err } = await commands.run(['deploy', '--config', configFile], stop);
    if (code !== 0) throw new DeployFailed(err.trim() || `deploy ended before its work was done (exit code ${code ?? 'none'}).`);
    tellAll(err, tell);
    const lock = JSON.parse(folder.read('access-token.lock.json')) as Lock;
    const { flowId, urlToken, functionId } = lock;
    const connections = {
      oauth2: connectionId(lock, `Access Token OAuth2 ${TOKEN_NAME}`),
      store: connectionId(lock, 'Access Token Store'),
      // Without the chain, the nodes must not start it again.
      ...(chain ? { cognigyApi: connectionId(lock, 'Access Token Cognigy API') } : {}),
    };
    sandbox.setFlow(flowId, createFlow(authorizationServer.apiUrl, connections, percent));
    return {
      endpointUrl: sandbox.endpointUrl(urlToken),
      endpointSecret,
      tokenName: TOKEN_NAME,
      urlToken,
      functionId,
      secrets: () => [...Object.values(environment), ...valuesIn(folder.readIfThere(ENV_FILE))],
      authorize: async (tellAddress, cancel) => {
        const hear = (line: string): void => {
          if (ADDRESS.test(line)) tellAddress(line);
        };
        tell('');
        const args = ['authorize', '--no-browser', '--config', configFile];
        const { code: exitCode, err: complaints } = await commands.run(args, cancel, hear);
        tellAll(complaints, tell);
        if (exitCode === 0) return {};
        return { problem: complaints.trim() || `authorize ended before its work was done (exit code ${exitCode ?? 'none'}).` };
      },
      showStatus: async () => {
        for (let looks = 1; ; looks += 1) {
          tell('');
          const { code: exitCode, err: complaints } = await commands.run(['status', '--strict', '--config', configFile]);
          tellAll(complaints, tell);
          if (exitCode !== EXIT_UNKNOWN || looks === MOST_LOOKS) return exitCode;
        }
      },
      traces: () => commands.printed + folder.textWithout(ENV_FILE),
      close: folder.remove,
    };
  } catch (error) {
    folder.remove();
    throw error;
  }
}

/** Secrets are references: only the commands' environment has their values. */
function configurationFor({ authorizationServer, sandbox }: Servers, refreshPercent: number): object {
  return {
    projectId: sandbox.projectId,
    apiUrl: sandbox.apiUrl,
    apiKey: '${DEMO_API_KEY}',
    endpointBaseUrl: sandbox.endpointUrl(''),
    endpointSecret: '${DEMO_ENDPOINT_SECRET}',
    tokens: [
      {
        tokenName: TOKEN_NAME,
        tokenUrl: authorizationServer.tokenUrl,
        issuer: authorizationServer.issuer,
        clientId: authorizationServer.client.clientId,
        clientSecret: '${DEMO_CLIENT_SECRET}',
        refreshPercent,
      },
    ],
    functionTimeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
    functionBufferSeconds: FUNCTION_BUFFER_SECONDS,
  };
}

function connectionId({ connectionIds }: Lock, name: string): string {
  const id = connectionIds[name];
  if (id === undefined) throw new Error(`deploy has made no connection "${name}".`);
  return id;
}

/** The values in an env file that the commands have written. */
function valuesIn(text: string): string[] {
  return [...text.matchAll(/^\w+='(.*)'$/gm)].map(([, value = '']) => value);
}

function tellAll(text: string, tell: (line: string) => void): void {
  for (const line of text.split('\n').filter((part) => part !== '')) tell(`  ${line}`);
}
