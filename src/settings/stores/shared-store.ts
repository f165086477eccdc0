import type { TlsContext } from '../../http';
import type { TokenStore } from '../../stores/token-store';
import type { World } from '../../world';
import type { ConnectionField, ConnectionType, Readers, Values, Words } from '../setting';

/** What bot builders see of a shared store. */
export interface StoreChoice<R extends Readers = Readers> {
  /** Its option in the nodes' field `store`. */
  option: Words;
  /** The nodes' field `<name>Connection`, which is shown for that option. */
  field: { label: Words; description: Words };
  connection: ConnectionType & { fields: Readonly<Record<keyof R, ConnectionField>> };
}

/** What nodes do with a shared store. */
export interface SharedStore<R extends Readers = Readers> {
  /** Read the fields of the connection. */
  readers: R;
  open(settings: Values<R>, world: StoreWorld): TokenStore | Promise<TokenStore>;
}

/** What a store is opened with. */
export interface StoreWorld extends Pick<World, 'transport' | 'now' | 'log'> {
  /**
   * Milliseconds an operation may take, asked before each.
   *
   * @param mostMs where the store has reason to wait longer than others
   */
  timeoutMs: (mostMs?: number) => number;
  /** For a store that is not reached by the transport. */
  tls?: TlsContext;
}
