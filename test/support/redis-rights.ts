/** The least rights of a Redis user in each setup, as docs/scale.md names them: without the key pattern. */
const STORE = '+evalsha +eval +time +hmget +hget +hset +hdel +persist +pexpireat +info|replication';

export const REDIS_RIGHTS = {
  /** One server without replicas. */
  server: STORE,
  /** A server that replicas follow, with or without sentinels. */
  replicated: `${STORE} +wait`,
  cluster: `${STORE} +wait +asking`,
  /** The sentinels' own user: it works on no keys. */
  sentinel: '+sentinel|get-master-addr-by-name',
} as const;
