import type { TlsContext } from '../../../../http';
import { clientOver } from '../client';
import type { RedisClient } from '../redis-port';
import { ClusterRoute } from './cluster';
import type { OpenServer } from './node';
import type { RedisPlace } from './place';
import { SentinelRoute } from './sentinel';

export type { Credentials, RedisPlace } from './place';

export interface PlaceOptions {
  place: RedisPlace;
  /** How long a script may take, connecting included, milliseconds. Asked before each one. */
  timeoutMs: () => number;
  /** Certificates for TLS. */
  tls?: TlsContext | undefined;
  openServer: OpenServer;
}

/** Connects to the server that holds the key, with the first script and again after a fail-over. */
export function connectToPlace({ place, timeoutMs, tls, openServer }: PlaceOptions): RedisClient {
  return clientOver(place.kind === 'sentinel' ? new SentinelRoute(place, tls, openServer) : new ClusterRoute(place, tls, openServer), timeoutMs);
}
