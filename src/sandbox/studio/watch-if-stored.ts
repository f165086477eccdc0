import { handedOutIn } from '../handed-out';
import type { JsonObject } from '../json';
import { fingerprint } from './fingerprint';
import { readStoredToken, StoreSilent } from './stored-token';
import type { StoreAccess, StoredToken } from './stored-token';
import type { Timeline } from './timeline';
import type { RunReport } from './wire';

/**
 * Has the life of a token shown that a node got from the demo's store; a node may use others, or none.
 *
 * @param settings what the node was set to, defaults included
 */
export async function watchIfStored(
  { store, tokenName, refreshPercent }: JsonObject,
  report: Pick<RunReport, 'context' | 'input'>,
  access: StoreAccess,
  timeline: Timeline,
): Promise<void> {
  if (store !== 'endpoint' || typeof tokenName !== 'string' || typeof refreshPercent !== 'number') return;
  const name = tokenName.trim();
  const handedOut = handedOutIn(report);
  if (handedOut.length === 0 || timeline.watched.has(name)) return;
  const stored = await readIfTold(access, name, refreshPercent);
  const isStored = handedOut.some(({ access_token }) => fingerprint(access_token) === stored?.fingerprint);
  if (isStored) timeline.watch(name, refreshPercent);
}

async function readIfTold(access: StoreAccess, name: string, percent: number): Promise<StoredToken | undefined> {
  try {
    return (await readStoredToken(access, name, percent)).token;
  } catch (error) {
    if (!(error instanceof StoreSilent)) throw error;
    return undefined;
  }
}
