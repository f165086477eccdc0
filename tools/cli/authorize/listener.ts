import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { CliError } from '../cli-error';
import { page, PAGE_HEADERS } from './page';
import { isAnswer } from './redirect';

/** RFC 8252 §8.3: with the literal address, it listens on no other network interface. */
const LOOPBACK = '127.0.0.1';

/** Host and port of the redirect address. */
export interface RedirectPlace {
  /** As registered at the server: some servers accept only one of the two. */
  host: 'localhost' | '127.0.0.1';
  /** `undefined` for any free port. */
  port: number | undefined;
}

/** Waits for one redirect to a loopback address, RFC 8252 §7.3. */
export interface Listener {
  redirectUri: string;
  /**
   * The outcome of the first redirect: what `read` returns or throws for its parameters. The browser shows a page that says whether it
   * succeeded.
   */
  outcome: Promise<string>;
  close(): Promise<void>;
}

/**
 * @param read gets the parameters of the redirect
 * @throws CliError port_taken
 */
export async function listenForRedirect({ host, port = 0 }: RedirectPlace, read: (parameters: URLSearchParams) => string): Promise<Listener> {
  let settle: { resolve: (code: string) => void; reject: (error: unknown) => void } | undefined;
  const outcome = new Promise<string>((resolve, reject) => (settle = { resolve, reject }));
  // If the user gives up first, nobody else handles a later rejection.
  outcome.catch(() => undefined);
  const server = createServer((request, response) => {
    const parameters = answerIn(request, redirectHost());
    if (parameters === undefined || settle === undefined) return notFound(response);
    const { resolve, reject } = settle;
    settle = undefined;
    try {
      const code = read(parameters);
      show(response, 'done', () => resolve(code));
    } catch (error) {
      show(response, 'failed', () => reject(error));
    }
  });
  await listen(server, port);
  const redirectHost = (): string => `${host}:${(server.address() as AddressInfo).port}`;
  return { redirectUri: `http://${redirectHost()}/`, outcome, close: () => close(server) };
}

/** @returns the parameters of a redirect; `undefined` for any other request, such as one with another host name */
function answerIn({ method, url = '', headers }: IncomingMessage, host: string): URLSearchParams | undefined {
  const [path, query = ''] = url.split(/\?(.*)/s);
  if (method !== 'GET' || path !== '/' || headers.host !== host) return undefined;
  const parameters = new URLSearchParams(query);
  return isAnswer(parameters) ? parameters : undefined;
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { ...PAGE_HEADERS, 'content-type': 'text/plain' }).end('Not found\n');
}

/** @param sent is called when the browser has received the page or has closed the connection */
function show(response: ServerResponse, name: 'done' | 'failed', sent: () => void): void {
  response.once('close', sent);
  response.writeHead(name === 'done' ? 200 : 400, PAGE_HEADERS).end(page(name));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new CliError('port_taken', `authorize can't listen on port ${port} of ${LOOPBACK} (${error.code ?? 'unknown error'}).`));
    });
    server.listen(port, LOOPBACK, resolve);
  });
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
