/** What one Redis server says of itself; absent where it does not let this user ask. */
export interface RedisAnswers {
  /** Such as `redis.example.com:6379`. */
  address: string;
  /** The answer to `INFO memory persistence replication`, or to `INFO`. */
  info?: string;
  /** The answer to `CONFIG GET save`: when it saves its data to disk; empty for never. */
  save?: string;
}
