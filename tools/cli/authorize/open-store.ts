import { readSettings } from '../../../src/settings/setting';
import { SHARED_STORES } from '../../../src/settings/stores';
import type { SharedStore } from '../../../src/settings/stores/shared-store';
import { clockAhead } from '../../../src/world';
import type { CliContext } from '../command';
import type { Consented } from './exchange';
import { lookInto, putIntoStore, recordOf } from './keep-in-store';
import type { RandomBytes } from './proof';
import type { AuthorizeSettings } from './settings';

/** The shared store, if there is one yet. */
export interface OpenStore {
  /** Runs on the store's clock, because the times in a record are the store's times. */
  world: Pick<CliContext, 'transport' | 'now' | 'sleep'>;
  /**
   * @param former the refresh token that is configured so far, if any
   * @returns a message for the user
   * @throws AccessTokenError as the store does
   */
  put: (consented: Consented & { refreshToken: string }, former: string | undefined) => Promise<string>;
  close: () => void;
}

/** How long the store may take for one answer, milliseconds. */
const TIMEOUT_MS = 10_000;
const OWNER_BYTES = 8;

const NOT_THERE_YET = 'There is no shared store yet. deploy creates it, and the bots then start with this refresh token.';

/** @throws AccessTokenError if the configured store does not answer, before the user consents in vain */
export async function openStore(
  { store: place, tokenName, config, allowInsecure }: AuthorizeSettings,
  { transport, now, sleep, complain }: CliContext,
  { randomBytes }: { randomBytes: RandomBytes },
): Promise<OpenStore> {
  const world = { transport, now, sleep };
  const closed: OpenStore = { world, put: async () => NOT_THERE_YET, close: () => undefined };
  if (place === undefined) return closed;
  const shared: SharedStore = SHARED_STORES[place.kind];
  const log = (text: string): void => complain(`${text}\n`);
  const store = await shared.open(readSettings(place.settings, shared.readers, allowInsecure), { transport, now, log, timeoutMs: () => TIMEOUT_MS });
  const asked = now();
  const stored = await lookInto(store, tokenName).catch((error: unknown) => {
    store.close();
    throw error;
  });
  if (stored === undefined) return closed;
  const aheadMs = clockAhead(asked, now(), stored.now);
  return {
    world: { ...world, now: () => now() + aheadMs },
    put: async (consented, former) => {
      const owner = `authorize-${randomBytes(OWNER_BYTES).toString('hex')}`;
      const isThere = await putIntoStore(store, tokenName, (record) => recordOf(consented, config, former, record), { sleep, owner });
      return isThere
        ? 'The shared store has the new tokens. Bots that use it go on at once.'
        : 'The shared store does not have the new tokens yet, because others kept writing to it. Run deploy to bring the refresh token there.';
    },
    close: () => store.close(),
  };
}
