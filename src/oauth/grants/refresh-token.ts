import { fingerprint } from '../../sha256';
import type { GrantContext, GrantType } from './grant';

/** RFC 6749 §6: the stored refresh token, and the configured one. */
export const refreshToken: GrantType = {
  name: 'refresh_token',
  offer: (context) =>
    refreshTokens(context).map((refresh_token) => ({
      name: 'refresh_token',
      parameters: { refresh_token },
      isSingleUse: true,
      secrets: [refresh_token],
    })),
};

/**
 * The configured one starts a record, and takes the place of the stored one where it is new: where the record has not
 * started from it. Nobody knows that of a record of version 0.1: there it comes second.
 */
function refreshTokens({ config, record, keepsRefreshTokens }: GrantContext): string[] {
  const configured = config.refreshToken === undefined ? [] : [config.refreshToken];
  const stored = keepsRefreshTokens ? record?.token.refresh_token : undefined;
  if (stored === undefined) return configured;
  const others = configured.filter((token) => token !== stored && record?.seeds?.includes(fingerprint(token)) !== true);
  return record?.seeds === undefined ? [stored, ...others] : [...others, stored];
}
