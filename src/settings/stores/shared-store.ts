import type { TlsContext } from '../../http';
import type { TokenStore } from '../../stores/token-store';
import type { World } from '../../world';
import type { ConnectionField, ConnectionType, Readers, Values, Words } from '../setting';

/** A shared store as bot builders see it. */
export interface StoreChoice<R extends Readers = Readers> {
  /** Its option in the nodes' field `store`. */
  option: Words;
  /** The nodes' field `<name>Connection`, shown with that option. */
  field: { label: Words; description: Words };
  connection: ConnectionType & { fields: Readonly<Record<keyof R, ConnectionField>> };
}

/** A shared store as nodes use it. */
export interface SharedStore<R extends Readers = Readers> {
  /** These read the fields of the connection. */
  readers: R;
  open(settings: Values<R>, world: StoreWorld): TokenStore | Promise<TokenStore>;
}

/** What a store needs to open. */
export interface StoreWorld extends Pick<World, 'transport' | 'now' | 'log'> {
  /**
   * How long an operation may take, milliseconds. Asked before each one.
   *
   * @param mostMs a longer limit than other stores have
   */
  timeoutMs: (mostMs?: number) => number;
  /** For a store that doesn't use the transport. */
  tls?: TlsContext;
}
