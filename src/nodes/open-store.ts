import type { TlsContext } from '../http';
import { SHARED_STORES } from '../settings/stores';
import { StoreEngine } from '../stores/engine/engine';
import { ContextPort } from '../stores/ports/context';
import type { TokenCopies } from '../stores/ports/context';
import type { TokenStore } from '../stores/token-store';
import type { World } from '../world';
import type { ChosenStore } from './service-settings';

export interface StoreEnvironment extends Pick<World, 'transport' | 'now' | 'log'> {
  copies: TokenCopies;
  /** The certificates that the node names. The transport has them too. */
  tls?: TlsContext;
}

/** A transformer has 5 s. Minus the way there and back, it can't answer after this, milliseconds. */
const STORE_TIMEOUT_MS = 4000;

/**
 * Opens the store that a node's settings name.
 *
 * @param deadline the time by which the store must have answered, Unix milliseconds
 */
export async function openStore(
  { kind, settings }: ChosenStore,
  deadline: number,
  { copies, ...world }: StoreEnvironment,
): Promise<TokenStore> {
  const { now } = world;
  if (kind === 'conversation') return new StoreEngine(new ContextPort(copies, now));
  const timeoutMs = (mostMs = STORE_TIMEOUT_MS) => Math.max(1, Math.min(mostMs, deadline - now()));
  return SHARED_STORES[kind].open(settings, { ...world, timeoutMs });
}
