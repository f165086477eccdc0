import { readStoredToken, StoreSilent } from './stored-token';
import type { StoreAccess, StoreContents } from './stored-token';
import type { Timeline } from './timeline';

/**
 * Reads the store once for the timeline.
 *
 * @returns `undefined` if the store gave no answer. The timeline's tokens then stay unchanged.
 */
export async function watchStore(
  access: StoreAccess,
  tokenName: string,
  refreshPercent: number,
  timeline: Timeline,
): Promise<StoreContents | undefined> {
  try {
    const contents = await readStoredToken(access, tokenName, refreshPercent);
    timeline.stored(tokenName, contents);
    return contents;
  } catch (error) {
    if (!(error instanceof StoreSilent)) throw error;
    timeline.storeSilent(tokenName, error.message);
    return undefined;
  }
}
