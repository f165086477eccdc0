import { ReplyError } from 'ioredis';

import { AccessTokenError } from '../../../errors';
import type { ErrorCode } from '../../../errors';
import { errorCodeOf } from '../../../http';
import type { Explanation } from '../../../http/failure';

interface Fault {
  reply: RegExp;
  words: string;
  /** Default: the remedy of the code. */
  remedy?: string;
  /** Default: `store_error`. */
  code?: ErrorCode;
  /** Whether the same command may succeed later. `soon`: in the time that a node has. */
  passes?: 'soon' | 'later';
}

const USER = 'Check user name and password in the URL of the connection: both are percent-encoded there.';
const RIGHTS = 'Allow the Redis user the commands and the key pattern that the documentation names.';
const CLUSTER = 'Enter yes under "Cluster" in the connection; in a URL, write redis+cluster or rediss+cluster.';
const ONE_KEY = 'Choose another key prefix in the connection: one with { and } in it.';
const COMMANDS =
  'Check the version of the Redis server and its rename-command: it must know EVALSHA, EVAL, TIME, HMGET, HGET, HSET, HDEL, PERSIST and PEXPIREAT. A sentinel belongs under "Sentinels" in the connection.';
const DATABASE = 'Correct the number at the end of the Redis URL, or leave it out for database 0.';

/** What a Redis server answers (its `server.c`, `networking.c`, `cluster.c`, `db.c`, `acl.c`). The first match counts. */
const FAULTS: readonly Fault[] = [
  { reply: /^(?:WRONGPASS|NOAUTH)|^ERR (?:invalid password|AUTH |Protocol error: unauth)/, code: 'store_refused', words: 'refused the user or the password', remedy: USER },
  { reply: /^NOPERM|can't run this command|can't access at least one of the keys/, code: 'store_refused', words: 'refused the user or the password', remedy: `${RIGHTS} ${USER}` },
  { reply: /^READONLY/, code: 'store_read_only', words: 'is a read-only replica', passes: 'later' },
  { reply: /max number of clients/, words: 'has reached its limit of clients', remedy: 'Raise maxclients of the Redis server, or close clients that nobody needs.', passes: 'soon' },
  { reply: /^LOADING/, words: 'is still loading its data', remedy: 'Wait until the Redis server has started.', passes: 'soon' },
  { reply: /^BUSY/, words: 'is busy with a script', remedy: 'Look for a long-running script on the Redis server: SCRIPT KILL ends it.', passes: 'soon' },
  { reply: /^TRYAGAIN/, words: 'is moving keys within its cluster', remedy: 'Wait until the cluster has moved them.', passes: 'soon' },
  { reply: /^CLUSTERDOWN/, words: 'is part of a cluster that is down', remedy: 'Check CLUSTER INFO on the Redis server.', passes: 'soon' },
  { reply: /^UNBLOCKED/, words: 'became a replica while it worked', remedy: 'Try again, or enter the URL of the primary.', passes: 'soon' },
  { reply: /^MASTERDOWN/, words: 'is a replica that has lost its primary', remedy: 'Check the replication of the Redis server, or enter the URL of the primary.', passes: 'later' },
  { reply: /^NOSCRIPT/, words: 'does not keep scripts', remedy: 'Enter the URL of a Redis or Valkey server: what answers there is perhaps a proxy.', passes: 'later' },
  { reply: /^OOM/, words: 'has no memory left', remedy: 'Raise maxmemory of the Redis server, or remove keys that nobody needs.', passes: 'later' },
  { reply: /^MISCONF/, words: "refuses to write, because it can't save to disk", remedy: 'Check the log and the disk of the Redis server.', passes: 'later' },
  { reply: /^NOREPLICAS/, words: 'refuses to write, because too few replicas are connected', remedy: 'Check the replicas of the Redis server, or its min-replicas-to-write.', passes: 'later' },
  { reply: /^(?:MOVED|ASK) /, words: 'is part of a cluster, and another server has the key', remedy: CLUSTER },
  { reply: /^CROSSSLOT/, words: 'is part of a cluster, and the keys are not in one slot', remedy: ONE_KEY },
  { reply: /SELECT is not allowed/, words: 'is part of a cluster, which only has database 0', remedy: `${DATABASE} ${CLUSTER}` },
  { reply: /DB index|^ERR value is .*out of range$/, words: 'has no database with that number', remedy: DATABASE },
  { reply: /unknown (?:redis )?(?:sub)?command/i, words: 'does not know a command of the store', remedy: COMMANDS },
  { reply: /^WRONGTYPE/, words: 'holds something else under a key of the store', remedy: 'Choose another key prefix in the connection.' },
];

/** @returns the reply of Redis itself; `undefined` if the command failed in another way */
export function replyOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  if (thrown instanceof ReplyError) return unwrap(thrown.message);
  // The client's own wording for a reply that came before any command was sent.
  return / Last error: ([^]*)$/.exec(thrown.message)?.[1];
}

/** Before Redis 7, a script's error wraps the error of the command in it. */
function unwrap(reply: string): string {
  return /: -([A-Z]{2,20} [^]*)$/.exec(reply)?.[1] ?? reply;
}

/** Whether a command that failed for these causes is worth sending again soon. */
export function passesSoon(causes: readonly unknown[]): boolean {
  return faultOf(causes.map(replyOf).find(isText))?.passes === 'soon';
}

/** The word in capitals at the start of a reply. */
export function wordOf(reply: string | undefined): string | undefined {
  return /^[A-Z]{2,20}\b/.exec(reply ?? '')?.[0];
}

function isText(value: string | undefined): value is string {
  return value !== undefined;
}

function faultOf(reply: string | undefined): Fault | undefined {
  return reply === undefined ? undefined : FAULTS.find((fault) => fault.reply.test(reply));
}

/**
 * Turns a failed command into an error. What Redis and its client say may quote the password or a token, so only the
 * first word of a reply goes into the message.
 *
 * @param causes what the command was rejected with and what the connection reported; the first known one counts
 * @param inClear whether the connection has no TLS
 * @param who the server, as the subject of a sentence
 */
export async function explainFault(causes: readonly unknown[], inClear: boolean, who = 'Redis'): Promise<AccessTokenError> {
  const reply = causes.map(replyOf).find(isText);
  if (reply === undefined) return unreachable(causes, inClear, who);
  const fault = faultOf(reply);
  const word = wordOf(reply) ?? 'ERR';
  const { code = 'store_error', words, remedy, passes } = fault ?? { words: 'answered with an error' };
  const isToldByWord = code === 'store_error' && (word !== 'ERR' || fault === undefined);
  return new AccessTokenError(code, `${who} ${words}${isToldByWord ? ` (${word})` : ''}.`, { transient: passes !== undefined, remedy });
}

async function unreachable(causes: readonly unknown[], inClear: boolean, who: string): Promise<AccessTokenError> {
  const { explain } = await import('../../../http/failure');
  const known = causes.map((cause) => ({ cause, ...explain(symptomOf(cause), inClear) })).find(({ words }) => words !== undefined);
  const code = known === undefined ? causes.map(errorCodeOf).find(isText) : errorCodeOf(known.cause);
  const why = [known?.words === undefined ? '' : `: ${known.words}`, code === undefined ? '' : ` (${code})`].join('');
  return new AccessTokenError('store_unreachable', `${who} can't be reached${why}.`, { transient: true, remedy: known?.remedy });
}

/**
 * If the client can't parse the reply, it either comes from something other than Redis or starts with the first byte of
 * a TLS alert.
 */
function symptomOf(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause.name !== 'ParserError') return cause;
  return { code: cause.message.includes('\\u0015') ? 'TLS_PORT' : 'NO_REDIS' };
}

/** @param stream the connection that didn't answer */
export async function explainTimeout(stream: unknown): Promise<AccessTokenError> {
  const { connecting, secureConnecting } = (stream ?? {}) as { connecting?: boolean; secureConnecting?: boolean };
  if (connecting !== false || secureConnecting !== true) return outOfTime();
  // TCP is connected, but TLS isn't.
  const { explain } = await import('../../../http/failure');
  return outOfTime(explain({ code: 'TLS_SILENT' }));
}

function outOfTime({ words, remedy }: Partial<Explanation> = {}): AccessTokenError {
  const why = words === undefined ? '' : `: ${words}`;
  return new AccessTokenError('store_timeout', `Redis did not answer in time${why}.`, { transient: true, remedy });
}
