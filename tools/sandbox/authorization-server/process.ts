/** The child process of the authorization server and its protected API. Bundled to `dist/authorization-server.js`. */
import type { RequestListener } from 'node:http';
import { createHttpClient } from '../axios-client';
import { messageOf } from '../json';
import { listenOnLoopback } from '../loopback-server';
import { Faults } from './faults';
import { createProtectedApi } from './protected-api';
import { createProvider, type RunningProvider } from './provider';
import { advanceServerClock } from './server-clock';
import { recordTokenRequests } from './token-requests';
import type {
  AuthorizationServerStats,
  ProcessAnswer,
  ProcessCommand,
  ProcessOptions,
  ProcessReady,
  TokenRequestRecord,
} from './types';

const faults = new Faults();
const tokenRequests: TokenRequestRecord[] = [];
const apiCalls = { accepted: 0, refused: 0, revoked: 0 };
let running: RunningProvider | undefined;

async function start(options: ProcessOptions): Promise<ProcessReady> {
  // The provider and the API need both addresses, so the servers must listen first.
  let serveProvider: RequestListener = (_request, response) => void response.writeHead(503).end();
  let serveApi: RequestListener = serveProvider;
  const server = await listenOnLoopback((...exchange) => serveProvider(...exchange), options.port);
  const api = await listenOnLoopback((...exchange) => serveApi(...exchange), options.apiPort);
  const issuer = server.origin;
  const apiUrl = `${api.origin}/api/hello`;
  const ready: ProcessReady = {
    issuer,
    tokenUrl: `${issuer}/token`,
    introspectionUrl: `${issuer}/token/introspection`,
    revocationUrl: `${issuer}/token/revocation`,
    apiUrl,
  };
  running = await createProvider(issuer, apiUrl, options);
  recordTokenRequests(running.provider, faults, tokenRequests);
  const callback = running.provider.callback();
  serveProvider = (request, response) => void callback(request, response);
  const { introspectionUrl } = ready;
  serveApi = createProtectedApi({ running, introspectionUrl, http: createHttpClient(), faults, counts: apiCalls });
  return ready;
}

async function handle(command: ProcessCommand): Promise<unknown> {
  if (command.command === 'start') return start(command.options);
  if (running === undefined) throw new Error('the authorization server is not started');
  switch (command.command) {
    case 'issueRefreshToken':
      return running.issueRefreshToken();
    case 'setFault':
      faults.set(command.fault);
      return undefined;
    case 'clearFault':
      faults.clear();
      return undefined;
    case 'revokeAll':
      running.revokeAccessTokens();
      return undefined;
    case 'advanceClock':
      advanceServerClock(command.durationMs);
      return undefined;
    case 'stats': {
      const reuseDetections = running.reuseDetections();
      return { tokenRequests, apiCalls, reuseDetections } satisfies AuthorizationServerStats;
    }
  }
}

function answer(message: ProcessAnswer): void {
  if (process.connected) process.send?.(message);
}

process.on('message', (command: ProcessCommand) => {
  const { id } = command;
  handle(command).then(
    (result) => answer({ id, result }),
    (error: unknown) => answer({ id, error: messageOf(error) }),
  );
});
// Ctrl+C in a terminal reaches every process, but the parent decides when this one ends.
process.on('SIGINT', () => undefined);
// The parent has ended, or wants this process to end.
process.on('disconnect', () => process.exit());
