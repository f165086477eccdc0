import type { Address } from '../../../../http';

/** The credentials of a client. Empty if none are needed. */
export interface Credentials {
  username?: string;
  password?: string;
}

/** Where Redis is, if it is more than one server's address. */
export type RedisPlace = {
  /** Credentials of the servers that hold the data. */
  credentials: Credentials;
  isTls: boolean;
} & (
  | {
      kind: 'sentinel';
      database: number;
      /** The servers that know which one is the primary. */
      sentinels: readonly Address[];
      sentinelCredentials: Credentials;
      /** The name by which the sentinels know it. */
      masterName: string;
    }
  | {
      kind: 'cluster';
      /** The servers that are asked first. They name the others. */
      nodes: readonly Address[];
    }
);
