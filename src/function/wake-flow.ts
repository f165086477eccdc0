import { AccessTokenError } from '../errors';
import { checkUrl, TransportError } from '../http';
import type { HttpResponse, JsonObject } from '../http';
import { isScheduleEntry } from '../stores/protocol';
import type { ScheduleEntry } from '../stores/protocol';
import type { RefreshByFlow } from './config';
import { TRIGGER_RESERVE } from './context';
import type { Hop } from './context';
import type { HopOutcome } from './schedule';

/** A node has 15 s, and the Flow may do something else too. */
const FLOW_TIMEOUT_MS = 25_000;
const RETRY_PAUSE_MS = 1000;
const CHAIN_USER = 'accessTokenChain';

/**
 * Wakes the Flow that refreshes: sends it a message that only Refresh If Expiring understands, and reads
 * the schedule from what that node puts out. One such message is one turn of a conversation.
 *
 * @returns `null` when this chain is to end
 * @throws AccessTokenError refresh_flow_unreachable (transient), refresh_flow_silent
 */
export async function wakeFlow({ refreshFlowUrl }: RefreshByFlow, hop: Hop): Promise<HopOutcome | null> {
  const { chain, owner, beatWithinMs, config } = hop;
  const url = checkUrl(refreshFlowUrl, { field: 'refreshFlowUrl', allowInsecure: config.allowInsecure });
  // The id of the Function tells it from what anybody else may send to the Flow.
  const { functionId } = config;
  const heartbeat = { chainId: chain.chainId, hop: chain.hop, owner, beatWithinMs, functionId };
  const message = { userId: CHAIN_USER, sessionId: chain.chainId, text: '', data: { accessTokenChain: heartbeat } };
  const answers = readAnswers(await send(url, message, hop));
  if (answers.length === 0) {
    throw new AccessTokenError('refresh_flow_silent', 'The Flow answered without a schedule.');
  }
  if (answers.some((answer) => answer['continue'] === false)) return null;
  return { schedule: answers.flatMap(readSchedule) };
}

async function send(url: string, body: JsonObject, hop: Hop): Promise<unknown> {
  const { budget, transport, workEnd, now, sleep } = hop;
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  for (;;) {
    let problem: string;
    try {
      const timeoutMs = Math.max(1, Math.min(FLOW_TIMEOUT_MS, workEnd - now()));
      const response: HttpResponse = await budget.limit(transport, TRIGGER_RESERVE)({ method: 'POST', url, headers, body }, timeoutMs);
      if (response.status >= 200 && response.status < 300) return response.data;
      problem = `HTTP ${response.status}`;
    } catch (thrown) {
      problem = thrown instanceof TransportError ? thrown.message : 'network';
    }
    if (budget.left <= TRIGGER_RESERVE || now() + RETRY_PAUSE_MS >= workEnd) {
      throw new AccessTokenError('refresh_flow_unreachable', `The refresh Flow did not answer: ${problem}.`, {
        transient: true,
      });
    }
    await sleep(RETRY_PAUSE_MS);
  }
}

/** A REST Endpoint puts each output on a stack, and merges their data at the top. */
function readAnswers(data: unknown): JsonObject[] {
  const answer = typeof data === 'string' ? parseJson(data) : data;
  if (!isObject(answer)) return [];
  const stack: unknown = answer['outputStack'];
  const outputs = Array.isArray(stack) && stack.length > 0 ? (stack as unknown[]) : [answer];
  return outputs
    .map((output) => (isObject(output) && isObject(output['data']) ? output['data']['accessTokenChain'] : undefined))
    .filter(isObject);
}

function readSchedule({ schedule }: JsonObject): ScheduleEntry[] {
  return Array.isArray(schedule) ? schedule.filter(isScheduleEntry) : [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page: not the answer of a Flow.
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
