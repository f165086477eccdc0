import type { RefreshFailure } from '../../lifetime';
import { clientCredentials } from './client-credentials';
import { customRequest } from './custom-request';
import type { Grant, GrantContext, GrantType } from './grant';
import { jwtBearerGrant } from './jwt-bearer';
import { password } from './password';
import { refreshToken } from './refresh-token';

export { clientCredentials } from './client-credentials';
export type { Grant, GrantContext, GrantWorld, TokenProtocol } from './grant';

/** All grants, in the order in which they are tried. */
const GRANTS: readonly GrantType[] = [customRequest, refreshToken, jwtBearerGrant, password, clientCredentials];

/**
 * The grants for a refresh, in the order in which they are tried. One that was refused lets the others go first the next time;
 * some servers refuse in passing, so it is never given up.
 *
 * @param failure why the last refresh with these settings failed
 */
export function grantsFor(context: GrantContext, failure?: RefreshFailure): [Grant, ...Grant[]] {
  const grants = GRANTS.reduce<Grant[]>((offered, type) => [...offered, ...type.offer(context, offered)], []);
  const turn = failure?.code === 'invalid_grant' ? failure.attempts % grants.length : 0;
  const [first = clientCredentials, ...others] = [...grants.slice(turn), ...grants.slice(0, turn)];
  return [first, ...others];
}
