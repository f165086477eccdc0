import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { openBrowser } from '../../cli/browser';
import type { LoopbackServer } from '../loopback-server';
import { startStudio } from '../studio/server';
import type { StoredToken } from '../studio/stored-token';
import { Timeline } from '../studio/timeline';
import { readStoredToken } from '../studio/stored-token';
import { watchStore } from '../studio/watch-store';
import { deploy } from './deployment';
import type { Deployment } from './deployment';
import { clock, follow, startTally } from './follow';
import type { Tally } from './follow';
import type { DemoOptions } from './options';
import { Outage } from './outage';
import type { Screen } from './screen';
import { FUNCTION_TIME_LIMIT_SECONDS, startServers } from './servers';
import type { Servers } from './servers';
import { stopChain } from './stop-chain';
import { consentsIn, summarize } from './summary';
import type { DemoSummary } from './summary';
import { startTraffic } from './traffic';
import type { TrafficCounts } from './traffic';

const REDRAW_MS = 250;
const STUDIO = 'Open the studio in a browser to watch the token live, run the nodes and break things. Ctrl+C ends the demo.';

/**
 * Plays the demo. Removes the servers and the temporary folder afterwards, even if it fails.
 *
 * @param dist the folder of the built files
 * @param stop ends the demo early
 * @throws DeployFailed
 */
export async function runDemo(dist: string, options: DemoOptions, screen: Screen, stop: AbortSignal): Promise<DemoSummary> {
  const tally = startTally();
  const timeline = new Timeline(Date.now);
  const servers = await startServers(options.lifetime, (event) => {
    follow(event, tally, screen);
    timeline.follow(event);
  });
  let deployment: Deployment | undefined;
  let studio: LoopbackServer | undefined;
  try {
    introduce(servers, options, screen);
    deployment = await deploy(dist, servers, options, screen.detail, stop);
    if (!options.chain) {
      await untilStored(deployment, options, stop);
      await stopChain(servers.sandbox, deployment.functionId);
    }
    const askedByChain = () => tally.chainRequests.filter((url) => url === servers.authorizationServer.tokenUrl).length;
    // The chain fetches the first token: `deploy` waits for the chain's first report, which takes the lease.
    const askedBefore = options.chain ? 1 : askedByChain();
    studio = await startStudio({ ...servers, ...deployment }, timeline, join(dist, 'studio'));
    for (const line of [describePlay(options), STUDIO, `  Studio  ${studio.origin}/`]) screen.tell(line);
    if (options.open) openBrowser(`${studio.origin}/`);
    const traffic = await play({ servers, deployment, options, tally, timeline, screen }, stop);
    const statusExitCode = await deployment.showStatus();
    return summarize({
      ...tally,
      traffic: traffic.counts,
      failedInOutage: traffic.failedInOutage,
      authorization: await servers.authorizationServer.stats(),
      platform: servers.sandbox.stats(),
      statusExitCode,
      secretsLeaked: countLeaks(servers, deployment, tally),
      lifetime: options.lifetime,
      askedByChain: askedByChain() - askedBefore,
    });
  } finally {
    tally.isOver = true;
    await studio?.close();
    deployment?.close();
    await servers.close();
  }
}

/** Waits for the first token: a chain stopped in the middle of its first refresh leaves a lease that everybody waits for. */
async function untilStored(deployment: Deployment, { percent }: DemoOptions, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const { token } = await readStoredToken(deployment, deployment.tokenName, percent);
    if (token !== undefined) return;
    await sleep(REDRAW_MS);
  }
}

interface Play {
  servers: Servers;
  deployment: Deployment;
  options: DemoOptions;
  tally: Tally;
  timeline: Timeline;
  screen: Screen;
}

interface Played {
  counts: TrafficCounts;
  failedInOutage: number;
}

/** Lets users talk to the bot until the demo is over. */
async function play(
  { servers, deployment, options, tally, timeline, screen }: Play,
  stop: AbortSignal,
): Promise<Played> {
  const start = Date.now();
  const outage = new Outage(() => timeline.isBroken('tokenEndpointDown'));
  const traffic = startTraffic(deployment.endpointUrl, (ok, text) => {
    timeline.answered(ok, text);
    const tell = outage.explains(ok) ? screen.detail : screen.tell;
    if (!ok) tell(`${clock()}  FAILED  ${text}`);
  });
  const isOver = () => stop.aborted || (options.once && Date.now() - start >= options.seconds * 1000);
  /** The bot's token, as last read from the store. */
  let token: StoredToken | undefined;
  timeline.watch(deployment.tokenName, options.percent);
  try {
    while (!isOver()) {
      const watched = [...timeline.watched];
      const looks = watched.map(([tokenName, percent]) => watchStore(deployment, tokenName, percent, timeline));
      const own = (await Promise.all(looks))[watched.findIndex(([tokenName]) => tokenName === deployment.tokenName)];
      if (own !== undefined) ({ token } = own);
      if (token !== undefined) tally.beginnings.add(token.issuedAt);
      const { tokenRequests } = await servers.authorizationServer.stats();
      timeline.requested(tokenRequests);
      screen.show({
        elapsed: (Date.now() - start) / 1000,
        seconds: options.once ? options.seconds : undefined,
        ...traffic.counts,
        hops: tally.hops,
        refreshes: Math.max(0, (token?.version ?? 0) - 1 - consentsIn(tokenRequests)),
        token,
        now: Date.now(),
      });
      await sleep(REDRAW_MS);
    }
  } finally {
    await traffic.stop();
    screen.end();
  }
  return { counts: traffic.counts, failedInOutage: outage.failed };
}

function introduce({ authorizationServer, sandbox }: Servers, { lifetime }: DemoOptions, { tell, detail }: Screen): void {
  tell(`A bot calls an API whose OAuth tokens live ${lifetime} s. Installing Access Token, so that it always has a valid one ...`);
  const lines = [
    '',
    `  Authorization server  ${authorizationServer.tokenUrl} (tokens live ${lifetime} s)`,
    `  Protected API         ${authorizationServer.apiUrl} (asks the server about every token)`,
    `  REST Endpoints        ${sandbox.endpointUrl('')} (chat messages, and the shared token store)`,
    `  Management API        ${sandbox.apiUrl} (runs the Function, ${FUNCTION_TIME_LIMIT_SECONDS} s an instance at most)`,
    '',
    'The project is empty. One command puts everything in place:',
    '',
  ];
  for (const line of lines) detail(line);
}

function describePlay({ chain, percent }: DemoOptions): string {
  return chain
    ? `A Function in the background refreshes the token at ${percent} % of its life; the bot just uses it.`
    : `No Function refreshes the token: the first message after ${percent} % of its life does, for all.`;
}

/**
 * Counts the secrets, access tokens included, that appear in the logs, in the list of Function instances, or in what the
 * commands have printed and written.
 */
function countLeaks({ sandbox }: Servers, { secrets, traces }: Deployment, { accessTokens }: Tally): number {
  const seen = sandbox.logs.text() + JSON.stringify(sandbox.functionInstances()) + traces();
  return [...secrets(), ...accessTokens].filter((secret) => seen.includes(secret)).length;
}
