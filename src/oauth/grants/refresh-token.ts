import type { GrantType } from './grant';

/**
 * RFC 6749 §6: the stored refresh token; the connection's, while the store has no record (or can't keep refresh tokens).
 * A stored one that was refused is not sent again; the connection's takes turns with the next grant then, as somebody may
 * have entered a new one.
 */
export const refreshToken: GrantType = {
  name: 'refresh_token',
  offer({ config, record, failure, keepsRefreshTokens }) {
    const isStored = record !== null && keepsRefreshTokens;
    const refresh_token = isStored ? record.token.refresh_token : config.refreshToken;
    const isOut = failure?.code === 'invalid_grant' && (isStored || failure.attempts % 2 === 1);
    if (refresh_token === undefined || isOut) return undefined;
    return { name: this.name, parameters: { refresh_token }, isSingleUse: true, secrets: [refresh_token] };
  },
};
