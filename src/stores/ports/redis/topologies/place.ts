import type { Address } from '../../../../http';

/** By which a client is let in; nothing of it where none is asked for. */
export interface Credentials {
  username?: string;
  password?: string;
}

/** Where Redis is, other than at the address of one server. */
export type RedisPlace = {
  /** Of the servers that have the data. */
  credentials: Credentials;
  isTls: boolean;
} & (
  | {
      kind: 'sentinel';
      database: number;
      /** Those who know which server is the primary. */
      sentinels: readonly Address[];
      sentinelCredentials: Credentials;
      /** By which the sentinels know it. */
      masterName: string;
    }
  | {
      kind: 'cluster';
      /** Those that are asked first; they name the others. */
      nodes: readonly Address[];
    }
);
