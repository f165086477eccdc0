import { setTimeout as sleep } from 'node:timers/promises';

import { deploy } from './deployment';
import type { Deployment } from './deployment';
import { clock, follow, startTally } from './follow';
import type { Tally } from './follow';
import type { DemoOptions } from './options';
import type { Screen } from './screen';
import { FUNCTION_TIME_LIMIT_SECONDS, startServers, TOKEN_LIFETIME_SECONDS } from './servers';
import type { Servers } from './servers';
import { stopChain } from './stop-chain';
import { summarize } from './summary';
import type { DemoSummary } from './summary';
import { startTraffic } from './traffic';
import type { TrafficCounts } from './traffic';
import type { DemoState } from './view';

const REDRAW_MS = 250;

/**
 * Plays the demo. Whatever comes of it, the servers and the temporary folder are gone afterwards.
 *
 * @param dist the folder of the built files
 * @param stop somebody wants it to end
 * @throws DeployFailed
 */
export async function runDemo(dist: string, options: DemoOptions, screen: Screen, stop: AbortSignal): Promise<DemoSummary> {
  const tally = startTally();
  const tell = (line: string) => screen.tell(line);
  const servers = await startServers((event) => follow(event, tally, screen));
  let deployment: Deployment | undefined;
  try {
    introduce(servers, tell);
    deployment = await deploy(dist, servers, tell, stop);
    if (!options.chain) await stopChain(servers.sandbox, deployment.functionId);
    for (const line of ['', describePlay(options), '']) tell(line);
    const traffic = await play(deployment, options, tally, screen, stop);
    const statusExitCode = await deployment.showStatus();
    return summarize({
      ...tally,
      traffic,
      authorization: await servers.authorizationServer.stats(),
      platform: servers.sandbox.stats(),
      statusExitCode,
      secretsLeaked: countLeaks(servers, deployment, tally),
      lifetime: TOKEN_LIFETIME_SECONDS,
    });
  } finally {
    tally.isOver = true;
    deployment?.close();
    await servers.close();
  }
}

/** Lets users talk to the bot until it is over. */
async function play(
  deployment: Deployment,
  options: DemoOptions,
  tally: Tally,
  screen: Screen,
  stop: AbortSignal,
): Promise<TrafficCounts> {
  const start = Date.now();
  const traffic = startTraffic(deployment.endpointUrl, (text) => screen.tell(`${clock()}  FAILED  ${text}`));
  const isOver = () => stop.aborted || (options.once && Date.now() - start >= options.seconds * 1000);
  try {
    while (!isOver()) {
      const token = await readToken(deployment);
      screen.show({
        elapsed: (Date.now() - start) / 1000,
        seconds: options.once ? options.seconds : undefined,
        ...traffic.counts,
        hops: tally.hops,
        refreshes: Math.max(0, (token?.version ?? 0) - 1),
        token,
        now: Date.now(),
      });
      await sleep(REDRAW_MS);
    }
  } finally {
    await traffic.stop();
    screen.end();
  }
  return traffic.counts;
}

function introduce({ authorizationServer, sandbox }: Servers, tell: (line: string) => void): void {
  const lines = [
    'Access Token demo: an API that wants a fresh OAuth2 token, and a bot that always has one.',
    '',
    `  Authorization server  ${authorizationServer.tokenUrl} (tokens live ${TOKEN_LIFETIME_SECONDS} s)`,
    `  Protected API         ${authorizationServer.apiUrl} (asks the server about every token)`,
    `  REST Endpoints        ${sandbox.endpointUrl('')} (chat messages, and the shared token store)`,
    `  Management API        ${sandbox.apiUrl} (runs the Function, ${FUNCTION_TIME_LIMIT_SECONDS} s an instance at most)`,
    '',
    'The project is empty. One command puts everything in place:',
    '',
  ];
  for (const line of lines) tell(line);
}

function describePlay({ chain }: DemoOptions): string {
  return chain
    ? 'A Function chain refreshes the token in the background at 90 % of its life; bots just use it.'
    : 'The chain is stopped again: whichever bot first finds the token at 90 % of its life refreshes it for all.';
}

/** Asks the store, as the nodes do. */
async function readToken({ endpointUrl, endpointSecret }: Deployment): Promise<DemoState['token']> {
  const response = await fetch(endpointUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ endpointSecret, tokenStore: { op: 'read', tokenName: 'accessToken' } }),
  });
  const { record } = (await response.json()) as {
    record?: { version: number; timestamp: number; token: { expires_in: number } } | null;
  };
  if (record === undefined || record === null) return undefined;
  const issuedAt = record.timestamp * 1000;
  const lifetime = record.token.expires_in * 1000;
  return { version: record.version, issuedAt, refreshAt: issuedAt + lifetime * 0.9, expiresAt: issuedAt + lifetime };
}

/**
 * Looks for the secrets, access tokens included, in all that was logged, in the list of Function instances, and in what
 * the commands have printed and written.
 */
function countLeaks({ sandbox }: Servers, { secrets, traces }: Deployment, { accessTokens }: Tally): number {
  const seen = sandbox.logs.text() + JSON.stringify(sandbox.functionInstances()) + traces();
  return [...secrets, ...accessTokens].filter((secret) => seen.includes(secret)).length;
}
