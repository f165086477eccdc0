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
 * @param chain the background chain, if it runs this node: then the store is asked even if the conversation has a copy, and `goesOn` is set
 *   even if there is no token in the end
 * @param until Unix milliseconds by which the token must be there, if that is sooner than a node would wait
 * @throws AccessTokenError those of `readTokenSettings`; if the conversation has no good copy, also those of `readServiceSettings` and
 *   `getToken`
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
  // Another node made this copy and needed less of the response.
  const isShort = copy !== null && !shape.includeMembers.every((name) => name in copy.token);
  const own = isRejected || isShort ? null : handOutCopy(copy, refreshPercent, now());
  if (own !== null) return { handedOut: own, refreshPercent, shape };
  // Loaded only here: most turns find their token above and don't pay for the rest.
  const { keepStoredToken } = await import('./keep-stored-token');
  // A conversation's own token has no other source.
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
