/** The minimal rights of a Redis user in each setup, as in docs/scale.md, but without the key pattern. */
const STORE = '+evalsha +eval +time +hmget +hget +hset +hdel +persist +pexpireat +info|replication';

export const REDIS_RIGHTS = {
  /** One server without replicas. */
  server: STORE,
  /** A server with replicas, with or without Sentinels. */
  replicated: `${STORE} +wait`,
  cluster: `${STORE} +wait +asking`,
  /** The Sentinels' own user. It accesses no keys. */
  sentinel: '+sentinel|get-master-addr-by-name',
} as const;
