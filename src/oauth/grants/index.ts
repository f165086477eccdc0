import { clientCredentials } from './client-credentials';
import type { Grant, GrantContext, GrantType } from './grant';
import { refreshToken } from './refresh-token';

export { clientCredentials } from './client-credentials';
export type { Grant, GrantContext } from './grant';

/** All grants, in the order in which they are tried. */
const GRANTS: readonly GrantType[] = [refreshToken, clientCredentials];

/** @returns the first grant that can be used now; client credentials where no other one can */
export function chooseGrant(context: GrantContext): Grant {
  for (const type of GRANTS) {
    const grant = type.offer(context);
    if (grant !== undefined) return grant;
  }
  return clientCredentials;
}
