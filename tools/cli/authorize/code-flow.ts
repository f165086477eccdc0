import type { TokenEndpointConfig } from '../../../src/oauth';
import { CliError } from '../cli-error';
import { authorizationAddress } from './authorization-request';
import type { ConsentRequest } from './authorization-request';
import { requireAuthorizationUrl } from './endpoints';
import type { ConsentServer } from './endpoints';
import { authorizationCode, exchange, explained } from './exchange';
import type { Consented, ExchangeWorld } from './exchange';
import { listenForRedirect } from './listener';
import type { Listener } from './listener';
import { readPasted } from './pasted';
import type { Lines } from './pasted';
import { newProof } from './proof';
import type { Proof, RandomBytes } from './proof';
import { codeOf } from './redirect';
import type { Waiting } from './waiting';

export interface CodeFlowEdge {
  randomBytes: RandomBytes;
  openBrowser: (address: string) => void;
  /** Opens a reader for pasted lines. */
  openLines: (onInterrupt: () => void) => Lines;
}

export interface CodeFlow {
  config: TokenEndpointConfig;
  server: ConsentServer;
  request: ConsentRequest;
  /** The port of the redirect address, in place of the server's. */
  port: number | undefined;
  opensBrowser: boolean;
}

/** Everything that the flow needs from the outside world. */
export interface CodeFlowEnvironment extends ExchangeWorld {
  edge: CodeFlowEdge;
  waiting: Waiting;
  print: (text: string) => void;
}

/** How long a user has to log in, read and consent; milliseconds. */
const LONGEST_WAIT_MS = 300_000;

/**
 * Asks for consent in a browser, and exchanges the authorization code for tokens: RFC 6749 §4.1 with PKCE, RFC 8252.
 *
 * @throws CliError port_taken, authorization_timeout, authorization_cancelled, and those of `codeOf`; AccessTokenError as `exchange` does
 */
export async function authorizeByCode(flow: CodeFlow, environment: CodeFlowEnvironment): Promise<Consented> {
  const { config, server, port } = flow;
  const { edge, print } = environment;
  const endpoint = requireAuthorizationUrl(server);
  const proof = newProof(edge.randomBytes);
  const read = (parameters: URLSearchParams): string => codeOf(parameters, { ...proof, ...server });
  const listener = await listenForRedirect({ ...server.redirect, ...(port === undefined ? {} : { port }) }, read);
  let code: string;
  try {
    code = await waitForCode(endpoint, flow, proof, listener, read, environment);
  } finally {
    await listener.close();
  }
  print('Got the consent. Requesting the tokens …\n');
  try {
    return await exchange(config, authorizationCode(code, proof.verifier, listener.redirectUri), environment);
  } catch (thrown) {
    throw explained(thrown, config, listener.redirectUri);
  }
}

async function waitForCode(
  endpoint: string,
  { request, opensBrowser }: CodeFlow,
  proof: Proof,
  { redirectUri, outcome }: Listener,
  read: (parameters: URLSearchParams) => string,
  { edge, waiting, print }: CodeFlowEnvironment,
): Promise<string> {
  const address = authorizationAddress(endpoint, request, proof, redirectUri);
  print(`Redirect address: ${redirectUri} (if the browser says that it is not registered, register exactly this one for the client)\n`);
  print(`${opensBrowser ? 'Opening this address in your browser' : 'Open this address in a browser'}. Sign in as the user the bot acts for.\n\n${address}\n\n`);
  const late = () => new CliError('authorization_timeout', 'No answer came from the browser within 5 minutes.');
  if (opensBrowser) {
    edge.openBrowser(address);
    print('Waiting up to 5 minutes for the consent. Ctrl+C cancels.\n');
    return waiting.until(outcome, LONGEST_WAIT_MS, late);
  }
  print('After the consent, the browser may fail to open the next page. Copy the address of that page and paste it here within 5 minutes. It is not shown. Ctrl+C cancels.\n');
  const lines = edge.openLines(waiting.interrupt);
  try {
    return await waiting.until(Promise.race([outcome, readPasted(lines, print).then(read)]), LONGEST_WAIT_MS, late);
  } finally {
    lines.close();
  }
}
