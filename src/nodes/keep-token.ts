import { isForeign } from '../lifetime';
import { handOutCopy } from '../refresh/handed-out';
import type { HandedOutToken } from '../refresh/handed-out';
import type { ResultShape } from '../refresh/result';
import { withoutRefreshToken } from '../stores/ports/context';
import { copyMark } from './copy-mark';
import type { AskingChain, StoredTokenEnvironment } from './keep-stored-token';
import { readTokenSettings } from './node-config';
import type { NodeConfig } from './node-config';
import { TIME_BUDGET_MS } from './time-budget';

export interface KeptToken {
  handedOut: HandedOutToken;
  refreshPercent: number;
  shape: ResultShape;
}

/**
 * Does what all nodes do: reads the settings and gets a valid token.
 *
 * @param chain the background chain, if it runs this node. Then the store is asked whatever the conversation holds.
 *   `goesOn` is set even if there is no token in the end
 * @param until the time by which the token must be there, Unix milliseconds; only counts if sooner than the node's own
 *   deadline
 * @throws AccessTokenError the errors of `readTokenSettings`; if the conversation has no good copy, also those of
 *   `readServiceSettings` and `getToken`
 */
export async function keepToken(
  config: NodeConfig,
  environment: StoredTokenEnvironment,
  chain?: AskingChain,
  until = Infinity,
): Promise<KeptToken> {
  const { copies, now } = environment;
  const deadline = Math.min(until, now() + TIME_BUDGET_MS);
  const settings = readTokenSettings(config);
  const { tokenName, refreshPercent, rejectedToken, shape } = settings;
  const reuses = chain === undefined && settings.reusesCopy;
  const mark = copyMark(config);
  const kept = reuses ? copies.get(tokenName) : null;
  const copy = kept === null || isForeign(kept, mark) ? null : kept;
  const isRejected = rejectedToken !== undefined && copy?.token.access_token === rejectedToken;
  // Another node made the copy, with fewer members of the answer.
  const isShort = copy !== null && !shape.includeMembers.every((name) => name in copy.token);
  const own = isRejected || isShort ? null : handOutCopy(copy, refreshPercent, now());
  if (own !== null) return { handedOut: own, refreshPercent, shape };
  // Loaded only here, because most turns of a conversation return above and needn't pay for the rest.
  const { keepStoredToken } = await import('./keep-stored-token');
  // No store has more members of a conversation's own token, so it is replaced.
  const isOnly = isShort && (config.store ?? 'conversation') === 'conversation';
  const wanted = isOnly ? { ...settings, rejectedToken: copy.token.access_token } : settings;
  const handedOut = await keepStoredToken(config, wanted, { copy: isShort ? null : copy, mark, deadline }, environment, chain);
  if (reuses) {
    const renewed = { ...withoutRefreshToken(handedOut.record), boundTo: mark };
    // The store knows which refresh tokens were used, so the copy needn't.
    delete renewed.seeds;
    copies.put(tokenName, renewed);
    if (shape.includeMembers.length > 0) {
      const { withMembers } = await import('../refresh/included-members');
      const names = [...shape.includeMembers, ...Object.keys(copy?.token ?? {})];
      copies.put(tokenName, withMembers(copies.get(tokenName) ?? renewed, names, handedOut.record.token));
    }
  }
  return { handedOut, refreshPercent, shape };
}
