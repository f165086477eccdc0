import { AccessTokenError } from '../errors';
import { checkUrl, noAnswer, TransportError } from '../http';
import { isObject, readJsonObject } from '../json';
import type { JsonObject } from '../json';
import { retry } from '../retry';
import { isScheduleEntry } from '../stores/protocol/wire';
import type { ScheduleEntry } from '../stores/protocol/wire';
import { clockAhead } from '../world';
import type { RefreshByFlow } from './config';
import { TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import type { HopOutcome } from './schedule';

/** A node may take 13.5 s, and the Flow may do other work too. Milliseconds. */
const FLOW_TIMEOUT_MS = 25_000;
const RETRY_PAUSE_MS = 1000;
/** The requests that a second try leaves: the trigger needs one, and another to survive an outage. */
const FLOW_RESERVE = 2;
const CHAIN_USER = 'accessTokenChain';

/**
 * Wakes the Flow that refreshes. It sends a message that only Refresh If Expiring understands, and reads the schedule
 * from that node's output. One message is one turn of a conversation.
 *
 * @returns `null` if this chain must end
 * @throws AccessTokenError refresh_flow_unreachable (transient), refresh_flow_silent
 */
export async function wakeFlow({ refreshFlowUrl }: RefreshByFlow, hop: Hop): Promise<HopOutcome | null> {
  const { chain, first, owner, beatWithinMs, config, now } = hop;
  const url = checkUrl(refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure: config.allowInsecure });
  // The Function's id tells this message from others that anyone may send to the Flow.
  const { functionId } = config;
  const heartbeat = { chainId: chain.chainId, hop: chain.hop, owner, first, beatWithinMs, functionId, now: now() };
  const message = { userId: CHAIN_USER, sessionId: chain.chainId, text: '', data: { accessTokenChain: heartbeat } };
  const asked = now();
  const answers = readAnswers(await send(url, message, hop));
  if (answers.length === 0) {
    throw new AccessTokenError('refresh_flow_silent', 'The Flow answered without a schedule.');
  }
  if (answers.some((answer) => answer['continue'] === false)) return null;
  const answered = now();
  return { schedule: answers.flatMap((answer) => readSchedule(answer, aheadOf(answer, asked, answered))) };
}

async function send(url: string, body: JsonObject, hop: Hop): Promise<unknown> {
  const { budget, transport, workEnd, now, sleep } = hop;
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  const post = budget.limit(transport, TRIGGER_RESERVE);
  return retry(
    async () => {
      const timeoutMs = Math.max(1, Math.min(FLOW_TIMEOUT_MS, workEnd - now()));
      const { status, data } = await post({ method: 'POST', url, headers, body }, timeoutMs).catch((thrown: unknown) => {
        throw unreachable(thrown);
      });
      if (status < 200 || status >= 300) throw unreachable(new TransportError('network', undefined, `HTTP ${status}`));
      return data;
    },
    () => (budget.left <= FLOW_RESERVE || now() + RETRY_PAUSE_MS >= workEnd ? undefined : RETRY_PAUSE_MS),
    sleep,
  );
}

function unreachable(thrown: unknown): AccessTokenError {
  return noAnswer('refresh_flow_unreachable', 'The refresh Flow', thrown);
}

/** A REST Endpoint lists all outputs on a stack, and merges their data at the top. */
function readAnswers(data: unknown): JsonObject[] {
  const answer = readJsonObject(data);
  if (answer === undefined) return [];
  const stack: unknown = answer['outputStack'];
  const outputs = Array.isArray(stack) && stack.length > 0 ? (stack as unknown[]) : [answer];
  return outputs
    .map((output) => (isObject(output) && isObject(output['data']) ? output['data']['accessTokenChain'] : undefined))
    .filter(isObject);
}

/** Each node follows its own store's clock and says what time it shows. Nodes of version 0.1 don't. */
function aheadOf({ now }: JsonObject, asked: number, answered: number): number {
  return typeof now === 'number' && Number.isFinite(now) ? clockAhead(asked, answered, now) : 0;
}

/** @param aheadMs how far the clock of these times is ahead of this one, milliseconds */
function readSchedule({ schedule }: JsonObject, aheadMs: number): ScheduleEntry[] {
  const entries = Array.isArray(schedule) ? schedule.filter(isScheduleEntry) : [];
  return entries.map(({ failure, ...entry }) => ({
    ...entry,
    refreshAt: entry.refreshAt - aheadMs,
    ...(failure === undefined ? {} : { failure: { ...failure, retryAt: failure.retryAt - aheadMs } }),
  }));
}
