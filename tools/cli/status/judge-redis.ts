import { degraded, note } from './findings';
import type { RedisAnswers } from './redis-answers';
import type { Finding } from './report';

/** The answer to INFO by name. Redis 7 and Valkey 8 use the same names. */
type Info = ReadonlyMap<string, string>;

/** A finding, or what the server does not tell; `undefined` if all is well. */
type Judgement = Finding | { untold: string } | undefined;

/**
 * Judges from its settings whether a Redis server may lose stored tokens.
 *
 * @param isPrecious whether the store contains or may contain a refresh token, which nobody can request again
 */
export function judgeRedis({ address, info = '', save }: RedisAnswers, isPrecious: boolean): Finding[] {
  const about = `Redis ${address}`;
  const said = readInfo(info);
  // If a token without a refresh token is lost, the client just requests another one.
  const risk = isPrecious ? degraded : note;
  const judgements = [judgeEviction(about, said, risk), judgePersistence(about, said, save, risk), judgeReplication(about, said, risk)];
  const findings = judgements.filter((judgement): judgement is Finding => judgement !== undefined && 'code' in judgement);
  const untold = judgements.flatMap((judgement) => (judgement !== undefined && 'untold' in judgement ? judgement.untold : []));
  if (untold.length === 0) return findings;
  return [...findings, note(about, 'store_not_told', `It does not tell ${new Intl.ListFormat('en-GB').format(untold)}.`)];
}

type Risk = typeof degraded | typeof note;

function judgeEviction(about: string, said: Info, risk: Risk): Judgement {
  const policy = said.get('maxmemory_policy');
  const limit = said.get('maxmemory');
  if (policy === undefined || limit === undefined) return { untold: 'which keys it removes when its memory is full' };
  // Without a memory limit it removes no keys.
  if (limit === '0' || policy === 'noeviction') return undefined;
  if (policy.startsWith('volatile-')) {
    const message = `When its memory is full, it removes keys that expire (maxmemory-policy ${policy}). Tokens with a refresh token never expire there, so they stay. Others may go, and are asked for again.`;
    return note(about, 'store_evicts', message);
  }
  const message = `When its memory is full, it removes any key (maxmemory-policy ${policy}): also a token that holds the only copy of a new refresh token.`;
  return risk(about, 'store_evicts', message);
}

function judgePersistence(about: string, said: Info, save: string | undefined, risk: Risk): Judgement {
  if (said.get('aof_enabled') === '1') return undefined;
  if (!said.has('aof_enabled') || save === undefined) return { untold: 'whether it keeps its data on disk' };
  if (save !== '') return undefined;
  return risk(about, 'store_not_persistent', 'It keeps nothing on disk, neither by AOF nor by RDB: a restart takes all tokens, also those that hold the only copy of a new refresh token.');
}

function judgeReplication(about: string, said: Info, risk: Risk): Judgement {
  const role = said.get('role');
  if (role === undefined) return { untold: 'whether it is a replica or has replicas' };
  if (role !== 'master') {
    const link = said.get('master_link_status') === 'up' ? '' : ', with which it has no connection';
    return degraded(about, 'store_is_replica', `It is a replica of ${said.get('master_host') ?? 'another server'}${link}: no new token can be stored there.`);
  }
  if (said.get('connected_slaves') !== '0' || !hasReplicas(said)) return undefined;
  return risk(about, 'store_without_replica', 'None of its replicas is connected: if this server is lost, its latest tokens are lost too.');
}

/** Whether it should have replicas: it requires some to write (`min-replicas-to-write`), or had one within `repl-backlog-ttl` (1 hour). */
function hasReplicas(said: Info): boolean {
  return said.has('min_slaves_good_slaves') || said.get('repl_backlog_active') === '1';
}

function readInfo(text: string): Info {
  const members = [...text.matchAll(/^([a-z]\w*):(.*?)\r?$/gm)];
  return new Map(members.map(([, name = '', value = '']) => [name, value]));
}
