/** What one Redis server says about itself. A member is absent if the server does not let this user ask. */
export interface RedisAnswers {
  /** Such as `redis.example.com:6379`. */
  address: string;
  /** The answer to `INFO memory persistence replication`, or to `INFO`. */
  info?: string;
  /** The answer to `CONFIG GET save`: when it saves its data to disk; empty if never. */
  save?: string;
}
