import type { TlsContext } from '../../http';
import type { TokenStore } from '../../stores/token-store';
import type { World } from '../../world';
import type { ConnectionField, ConnectionType, Readers, Values, Words } from '../setting';

/** How bot builders see a shared store. */
export interface StoreChoice<R extends Readers = Readers> {
  /** Its option in the nodes' field `store`. */
  option: Words;
  /** The node field `<name>Connection`, shown for that option. */
  field: { label: Words; description: Words };
  connection: ConnectionType & { fields: Readonly<Record<keyof R, ConnectionField>> };
}

/** What nodes do with a shared store. */
export interface SharedStore<R extends Readers = Readers> {
  /** Reads the connection's fields. */
  readers: R;
  open(settings: Values<R>, world: StoreWorld): TokenStore | Promise<TokenStore>;
}

/** What it takes to open a store. */
export interface StoreWorld extends Pick<World, 'transport' | 'now' | 'log'> {
  /**
   * Milliseconds for an operation, asked before each.
   *
   * @param mostMs for a store that has a reason to wait longer than others
   */
  timeoutMs: (mostMs?: number) => number;
  /** For a store that does not use the transport. */
  tls?: TlsContext;
}
