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
 * Does what all nodes do: reads the settings, and gets a valid token.
 *
 * @param chain the background chain, when it runs this node: then the store is asked whatever the
 *   conversation holds, and `goesOn` is set, also where there is no token in the end
 * @param until Unix milliseconds by which the token must be there, where that is sooner than a node waits for it
 * @throws AccessTokenError those of `readTokenSettings`, and where the conversation has no good copy those of
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
  // Another node has made it, who wanted less of the answer.
  const isShort = copy !== null && !shape.includeMembers.every((name) => name in copy.token);
  const own = isRejected || isShort ? null : handOutCopy(copy, refreshPercent, now());
  if (own !== null) return { handedOut: own, refreshPercent, shape };
  // Loaded only here: most turns of a conversation find their token above, and don't pay for the rest.
  const { keepStoredToken } = await import('./keep-stored-token');
  // Of a conversation's own token nobody has more.
  const isOnly = isShort && (config.store ?? 'conversation') === 'conversation';
  const wanted = isOnly ? { ...settings, rejectedToken: copy.token.access_token } : settings;
  const handedOut = await keepStoredToken(config, wanted, { copy: isShort ? null : copy, mark, deadline }, environment, chain);
  if (reuses) {
    const renewed = { ...withoutRefreshToken(handedOut.record), boundTo: mark };
    // A shared store knows better which refresh token was used.
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
