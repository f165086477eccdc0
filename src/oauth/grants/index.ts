import type { RefreshFailure } from '../../lifetime';
import { clientCredentials } from './client-credentials';
import type { Grant, GrantContext, GrantType } from './grant';
import { password } from './password';
import { refreshToken } from './refresh-token';

export { clientCredentials } from './client-credentials';
export type { Grant, GrantContext, GrantType, GrantWorld, TokenProtocol } from './grant';

/** The client's and the user's own grants, in the order in which they are tried after a refresh token. */
const GRANTS: readonly GrantType[] = [password, clientCredentials];

/**
 * The grants for a refresh, in the order in which they are tried. One that was refused lets the others go first the next time;
 * some servers refuse in passing, so it is never given up.
 *
 * @param failure why the last refresh with these settings failed
 */
export function grantsFor(context: GrantContext, failure?: RefreshFailure): [Grant, ...Grant[]] {
  const { grant } = context.config;
  const types = [refreshToken, ...(grant === undefined ? GRANTS : [grant])];
  const grants = types.reduce<Grant[]>((offered, type) => [...offered, ...type.offer(context, offered)], []);
  const turn = failure?.code === 'invalid_grant' ? failure.attempts % grants.length : 0;
  const [first = clientCredentials, ...others] = [...grants.slice(turn), ...grants.slice(0, turn)];
  return [first, ...others];
}
