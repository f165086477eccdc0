// Redis only loads, saves and tells the time. `engine/` decides. Each operation is one script, so that comparing and
// writing are atomic.

export interface Script {
  /** How many keys it works on. */
  keys: number;
  lua: string;
}

/**
 * Arguments: the fields to load. Answers {seconds, microseconds, [value, …]}: the time of Redis ("" twice if the user
 * may not ask for it) and the fields.
 */
export const LOAD: Script = {
  keys: 1,
  lua: `local time = redis.pcall('TIME')
local fields = redis.call('HMGET', KEYS[1], unpack(ARGV))
if time.err then return {'', '', fields} end
return {time[1], time[2], fields}`,
};

/** The answers of `SAVE`. */
export const SAVED = {
  /** A field has another value, so nothing is written. */
  not: 0,
  /** Written. This server has no replicas. */
  alone: 1,
  /** Written. This user may not ask for replicas. */
  unknown: -1,
  /** Written. The answer minus this is the number of connected replicas; 0 means that the last one left within the last hour. */
  withReplicas: 2,
} as const;

/**
 * Arguments: how long to keep the hash ("" changes nothing, "never", or Unix milliseconds); the number of fields to
 * compare; each field with the value it must have ("" if it must be absent); the fields to write, each with its value
 * ("" removes it). Answers one of `SAVED`.
 *
 * A server keeps its backlog for an hour after the last replica has left (repl-backlog-ttl). So a primary that is being
 * replaced has a backlog but no replicas.
 */
export const SAVE: Script = {
  keys: 1,
  lua: `local last = 2 + 2 * tonumber(ARGV[2])
for i = 3, last, 2 do
  if (redis.call('HGET', KEYS[1], ARGV[i]) or '') ~= ARGV[i + 1] then return 0 end
end
for i = last + 1, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('HDEL', KEYS[1], ARGV[i]) else redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
end
if ARGV[1] == 'never' then redis.call('PERSIST', KEYS[1]) elseif ARGV[1] ~= '' then redis.call('PEXPIREAT', KEYS[1], ARGV[1]) end
local info = redis.pcall('INFO', 'replication')
if type(info) ~= 'string' then return -1 end
local replicas = tonumber(info:match('connected_slaves:(%d+)') or 0)
if replicas == 0 and not info:find('repl_backlog_active:1', 1, true) then return 1 end
return 2 + replicas`,
};
