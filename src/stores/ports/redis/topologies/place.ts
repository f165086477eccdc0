import type { Address } from '../../../../http';

/** The login of a client. Empty if none is needed. */
export interface Credentials {
  username?: string;
  password?: string;
}

/** Where Redis is, if not at the address of one server. */
export type RedisPlace = {
  /** For the servers that hold the data. */
  credentials: Credentials;
  isTls: boolean;
} & (
  | {
      kind: 'sentinel';
      database: number;
      /** They know which server is the primary. */
      sentinels: readonly Address[];
      sentinelCredentials: Credentials;
      /** The name by which the sentinels know the primary. */
      masterName: string;
    }
  | {
      kind: 'cluster';
      /** These are asked first. They name the others. */
      nodes: readonly Address[];
    }
);
