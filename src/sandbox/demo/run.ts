import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxEvent } from '../platform';
import type { DemoOptions } from './options';
import type { Screen } from './screen';
import { FUNCTION_TIME_LIMIT_SECONDS, setTheStage, TOKEN_LIFETIME_SECONDS } from './stage';
import type { Stage } from './stage';
import { summarize } from './summary';
import type { DemoSummary } from './summary';
import { startTraffic } from './traffic';
import type { DemoState } from './view';

const REDRAW_MS = 250;

/** What the events add up to. */
interface Tally {
  refreshedByNodes: number;
  maxApiCalls: number;
  hops: number;
  /** The curtain falls: what ends now was ended by us. */
  isOver: boolean;
  /** Every token that was handed out. */
  accessTokens: Set<string>;
}

/**
 * Plays the demo.
 *
 * @param dist the folder of the built files
 * @param stop resolves when somebody wants it to end
 */
export async function runDemo(dist: string, options: DemoOptions, screen: Screen, stop: Promise<void>): Promise<DemoSummary> {
  const tally: Tally = { refreshedByNodes: 0, maxApiCalls: 0, hops: 0, isOver: false, accessTokens: new Set() };
  const stage = await setTheStage(dist, (event) => follow(event, tally, screen));
  try {
    introduce(stage, options, screen);
    const start = Date.now();
    if (options.chain) stage.startChain();
    const traffic = startTraffic(stage.endpointUrl, (text) => screen.tell(`${clock()}  FAILED  ${text}`));
    let stopped = false;
    void stop.then(() => (stopped = true));
    const isOver = () => stopped || (options.once && Date.now() - start >= options.seconds * 1000);
    while (!isOver()) {
      const token = await readToken(stage);
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
    tally.isOver = true;
    await traffic.stop();
    screen.end();
    return summarize({
      ...tally,
      traffic: traffic.counts,
      authorization: await stage.authorizationServer.stats(),
      platform: stage.sandbox.stats(),
      secretsLeaked: countLeaks(stage, tally.accessTokens),
      lifetime: TOKEN_LIFETIME_SECONDS,
    });
  } finally {
    await stage.close();
  }
}

function introduce({ authorizationServer, sandbox, endpointUrl }: Stage, { chain }: DemoOptions, screen: Screen): void {
  const lines = [
    'Access Token demo: an API that wants a fresh OAuth2 token, and a bot that always has one.',
    '',
    `  Authorization server  ${authorizationServer.tokenUrl} (tokens live ${TOKEN_LIFETIME_SECONDS} s)`,
    `  Protected API         ${authorizationServer.apiUrl} (asks the server about every token)`,
    `  REST Endpoint         ${endpointUrl} (chat messages, and the shared token store)`,
    `  Management API        ${sandbox.apiUrl} (runs the Function, ${FUNCTION_TIME_LIMIT_SECONDS} s an instance at most)`,
    '',
    chain
      ? 'A Function chain refreshes the token in the background at 90 % of its life; bots just use it.'
      : 'Without the chain: whichever bot first finds the token at 90 % of its life refreshes it for all.',
    '',
  ];
  for (const line of lines) screen.tell(line);
}

/** Tells what is worth a line, and counts the rest. */
function follow(event: SandboxEvent, tally: Tally, screen: Screen): void {
  if (event.kind === 'execution') {
    const { result } = event;
    tally.maxApiCalls = Math.max(tally.maxApiCalls, result.apiCalls);
    const token = result.context['accessToken'] as Partial<Record<string, unknown>> | undefined;
    if (typeof token?.['access_token'] === 'string') tally.accessTokens.add(token['access_token']);
    if (token?.['refreshed'] !== true) return;
    tally.refreshedByNodes += 1;
    screen.tell(`${clock()}  node    fetched a token for everybody, valid for ${String(token['expires_in'])} s`);
    return;
  }
  const { type, instance } = event.event;
  if (type === 'started') tally.hops += 1;
  if (type !== 'ended') return;
  for (const line of instance.log) screen.tell(`${clock()}  chain   ${line.replace(/^\w+: (?:\[access-token\] )?/, '')}`);
  if (instance.error !== undefined && !tally.isOver) screen.tell(`${clock()}  chain   ended: ${instance.error}`);
}

/** Asks the store, as the nodes do. */
async function readToken({ endpointUrl, endpointSecret }: Stage): Promise<DemoState['token']> {
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

/** Looks for the secrets, access tokens included, in all that was logged and in the list of Function instances. */
function countLeaks({ sandbox, secrets }: Stage, accessTokens: ReadonlySet<string>): number {
  const seen = sandbox.logs.text() + JSON.stringify(sandbox.functionInstances());
  return [...secrets, ...accessTokens].filter((secret) => seen.includes(secret)).length;
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
