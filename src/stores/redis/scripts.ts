import { LARGEST_CLOCK_DIFFERENCE_MS, LONGEST_RESTART_WAIT_MS } from '../chain-state';
import { LONGEST_LEASE_MS } from '../parse-message';

// One script an operation: what it reads and what it writes happen at one moment. A token is one hash:
// record (opaque text), version, timestamp, expires_in, fingerprint, owner, until, failure (JSON).
// Times are Unix milliseconds unless said otherwise.

export interface Script {
  /** The name the client library knows it by. */
  name: string;
  /** How many keys it works on. */
  keys: number;
  lua: string;
}

/** The largest version: beyond it numbers have gaps. */
export const LARGEST_VERSION = Number.MAX_SAFE_INTEGER;

/** What is no version counts as 0: nothing of use is stored. `readVersion` has the same rule. */
const VERSION_OF = `
local function versionOf(text)
  local version = tonumber(text or '')
  if version and version >= 0 and version < ${LARGEST_VERSION} and version % 1 == 0 then return version end
  return 0
end`;

/** Leases and failures of names that have no token (yet) are forgotten after this: a day, in milliseconds. */
const UNUSED_KEPT_MS = 24 * 3600 * 1000;

/** Answers {record, version, failure}. */
export const READ: Script = {
  name: 'accessTokenRead',
  keys: 1,
  lua: `return redis.call('HMGET', KEYS[1], 'record', 'version', 'failure')`,
};

/**
 * Keys: the token, the chain. Arguments: now, owner, lease in milliseconds, refresh percent, rejected
 * fingerprint or "", the version of a record that turned out damaged or "", and the milliseconds that the
 * first restart of the chain is waited for, or "0" not to look after the chain; the rule is that of
 * `claimRestart`. Answers {lease, restart the chain (0 or 1), record, version, failure}.
 */
export const CHECKOUT: Script = {
  name: 'accessTokenCheckout',
  keys: 2,
  lua: `${VERSION_OF}
local now, owner, rejected = tonumber(ARGV[1]), ARGV[2], ARGV[5]
local token = redis.call('HMGET', KEYS[1], 'record', 'version', 'failure', 'timestamp', 'expires_in', 'fingerprint', 'owner', 'until')
local timestamp, lifetime = tonumber(token[4] or ''), tonumber(token[5] or '')
local isDamaged = ARGV[6] ~= '' and versionOf(token[2]) == tonumber(ARGV[6])
local due = isDamaged or not token[1] or not timestamp or not lifetime
  or not (now < timestamp * 1000 + lifetime * tonumber(ARGV[4]) * 10)
  or (rejected ~= '' and token[6] == rejected)
local lease = 'not_needed'
if due then
  local left = (tonumber(token[8] or '') or 0) - now
  -- One that would run longer than any can be taken for was written by a clock that is wrong.
  if token[7] and token[7] ~= owner and left > 0 and left <= ${LONGEST_LEASE_MS} then
    lease = 'held'
  else
    lease = 'granted'
    redis.call('HSET', KEYS[1], 'owner', owner, 'until', now + tonumber(ARGV[3]))
    if not token[1] then redis.call('PEXPIRE', KEYS[1], ${UNUSED_KEPT_MS}) end
  end
end
local restart = 0
local patience = tonumber(ARGV[7])
if patience > 0 then
  local chain = redis.call('HMGET', KEYS[2], 'dueBy', 'restartAt', 'restartTries', 'at')
  local claimedAt, tries, at = tonumber(chain[2] or '') or 0, tonumber(chain[3] or '') or 0, tonumber(chain[4] or '') or 0
  if claimedAt > now + ${LARGEST_CLOCK_DIFFERENCE_MS} or at > claimedAt then tries = 0 end
  local wait = math.min(${LONGEST_RESTART_WAIT_MS}, patience * 2 ^ (tries - 1))
  if now >= (tonumber(chain[1] or '') or 0) and (tries < 1 or now >= claimedAt + wait) then
    restart = 1
    redis.call('HSET', KEYS[2], 'restartAt', now, 'restartTries', tries + 1)
  end
end
return {lease, restart, token[1], token[2], token[3]}`,
};

/**
 * Arguments: owner, the version that is replaced, record, timestamp (Unix seconds), lifetime (seconds),
 * fingerprint, and when Redis may forget it (or "0": never). Answers {1, version}, or
 * {0, version, record, failure} where another version is stored.
 */
export const COMMIT: Script = {
  name: 'accessTokenCommit',
  keys: 1,
  lua: `${VERSION_OF}
local token = redis.call('HMGET', KEYS[1], 'version', 'record', 'failure', 'owner')
local version = versionOf(token[1])
if token[4] == ARGV[1] then redis.call('HDEL', KEYS[1], 'owner', 'until') end
if version ~= tonumber(ARGV[2]) then return {0, version, token[2], token[3]} end
version = version + 1
redis.call('HSET', KEYS[1], 'record', ARGV[3], 'version', version, 'timestamp', ARGV[4], 'expires_in', ARGV[5], 'fingerprint', ARGV[6])
redis.call('HDEL', KEYS[1], 'failure')
if ARGV[7] == '0' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIREAT', KEYS[1], ARGV[7]) end
return {1, version}`,
};

/** Arguments: owner, failure or "", and the version that was to be replaced or "". */
export const RELEASE: Script = {
  name: 'accessTokenRelease',
  keys: 1,
  lua: `${VERSION_OF}
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then redis.call('HDEL', KEYS[1], 'owner', 'until') end
local version = versionOf(redis.call('HGET', KEYS[1], 'version'))
if ARGV[2] ~= '' and (ARGV[3] == '' or version == tonumber(ARGV[3])) then
  redis.call('HSET', KEYS[1], 'failure', ARGV[2])
  if redis.call('HEXISTS', KEYS[1], 'record') == 0 then redis.call('PEXPIRE', KEYS[1], ${UNUSED_KEPT_MS}) end
end
return 1`,
};

/**
 * Key: the chain. Arguments: now, chain, hop, owner, the milliseconds within which it beats again, and how
 * many ended chains are remembered. Answers 1, or 0 for a chain that ends. The rule is that of `succeed`.
 */
export const HEARTBEAT: Script = {
  name: 'accessTokenHeartbeat',
  keys: 1,
  lua: `
local now, id, hop, owner = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), ARGV[4]
local chain = redis.call('HMGET', KEYS[1], 'chainId', 'hop', 'owner', 'ended')
local readable, ended = pcall(cjson.decode, chain[4] or '[]')
if not readable or type(ended) ~= 'table' then ended = {} end
for _, other in ipairs(ended) do
  if other == id then return 0 end
end
if chain[1] == id then
  local last = tonumber(chain[2] or '') or -1
  if hop < last or (hop == last and owner ~= chain[3]) then return 0 end
elseif chain[1] then
  table.insert(ended, 1, chain[1])
  if #ended > tonumber(ARGV[6]) then table.remove(ended) end
  redis.call('HSET', KEYS[1], 'ended', cjson.encode(ended))
end
redis.call('HSET', KEYS[1], 'chainId', id, 'hop', hop, 'owner', owner, 'at', now, 'dueBy', now + tonumber(ARGV[5]))
return 1`,
};

export const SCRIPTS: readonly Script[] = [READ, CHECKOUT, COMMIT, RELEASE, HEARTBEAT];
