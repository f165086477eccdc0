import { AccessTokenError, remedyFor, toAccessTokenError } from '../errors';
import type { ErrorCode } from '../errors';
import { checkUrl, isTransportError, noAnswer } from '../http';
import type { JsonObject } from '../json';
import { sentencesOf } from '../log';
import type { TokenAlert } from '../stores/protocol/wire';
import type { Hop } from './context';

const ALERT_TIMEOUT_MS = 5000;

/**
 * Posts one message about tokens in trouble, or well again, if a request is left after the successor has started. Never
 * rejects and never retries: if the trouble lasts, the store asks for the message again after an hour.
 */
export async function sendAlerts(alerts: readonly TokenAlert[] | undefined, hop: Hop): Promise<void> {
  if (alerts === undefined || alerts.length === 0) return;
  const { budget, config, end, log, now, transport } = hop;
  try {
    const url = checkUrl(config.alertUrl, { field: 'alertUrl', allowInsecure: config.allowInsecure });
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    const timeoutMs = Math.max(1, Math.min(ALERT_TIMEOUT_MS, end - now()));
    const { status } = await budget.limit(transport, 0)({ method: 'POST', url, headers, body: messageOf(alerts, config.functionId) }, timeoutMs);
    if (status < 200 || status >= 300) throw new AccessTokenError('alert_failed', `The alert URL answered HTTP ${status}.`);
  } catch (thrown) {
    const error = isTransportError(thrown) ? noAnswer('alert_failed', 'The alert URL', thrown) : toAccessTokenError(thrown);
    log('error', 'alert_failed', sentencesOf(error));
  }
}

/** A chat shows `text`. The other members are for programs. Those of the first token also stand at the top level. */
function messageOf(alerts: readonly TokenAlert[], functionId: string): JsonObject {
  const tokens = alerts.map(({ tokenName, code, since, expiresAt, isOver }) => ({
    level: isOver ? 'info' : 'error',
    code,
    token: tokenName,
    since: timeOf(since),
    validUntil: expiresAt === 0 ? undefined : timeOf(expiresAt),
  }));
  return { text: alerts.map(sentenceOf).join('\n'), ...tokens[0], functionId, tokens };
}

function sentenceOf({ tokenName, code, since, expiresAt, isOver }: TokenAlert): string {
  if (isOver) return `Access token "${tokenName}" is refreshed again. It had failed since ${timeOf(since)}.`;
  const end = expiresAt === 0 ? '' : ` It is valid until ${timeOf(expiresAt)}.`;
  return `Access token "${tokenName}" has failed to refresh since ${timeOf(since)}: ${code}.${end} ${remedyFor(code as ErrorCode)}`;
}

/** @param time Unix milliseconds */
function timeOf(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}
