import { isAccessTokenError } from '../../../src/errors';
import type { AccessTokenError } from '../../../src/errors';
import { requestToken, withRemedy } from '../../../src/oauth';
import type { FreshToken, Grant, TokenClientWorld, TokenEndpointConfig } from '../../../src/oauth';

export type ExchangeWorld = Pick<TokenClientWorld, 'transport' | 'now' | 'sleep'>;

/** The result of a consent. */
export interface Consented extends FreshToken {
  refreshToken: string | undefined;
}

const EXCHANGE_MS = 30_000;

/** RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5. Only the commands use it, so it is not among the grants of the nodes. */
export function authorizationCode(code: string, verifier: string, redirectUri: string): Grant {
  return {
    name: 'authorization_code',
    parameters: { code, redirect_uri: redirectUri, code_verifier: verifier },
    isSingleUse: true,
    secrets: [code, verifier],
  };
}

/**
 * Exchanges a consent for tokens. It uses the same client as nodes and Function, so client authentication and error messages are the same.
 *
 * @param knownAuthentication the client authentication that the server is known to accept
 * @throws AccessTokenError as `requestToken` does
 */
export async function exchange(
  config: TokenEndpointConfig,
  grant: Grant,
  { transport, now, sleep }: ExchangeWorld,
  knownAuthentication?: string,
): Promise<Consented> {
  // The consent already says what the token is for.
  const client = { ...config, scope: undefined, audience: undefined };
  const budget = { deadline: now() + EXCHANGE_MS, maxAttempts: 1 };
  // With one attempt there is no pause to randomize.
  const fresh = await requestToken({ config: client, grant, knownAuthentication }, budget, { transport, now, sleep, random: () => 0 });
  return { ...fresh, refreshToken: fresh.token.refresh_token };
}

/** @returns the same error with a remedy that fits this command */
export function explained(thrown: unknown, config: TokenEndpointConfig, redirectUri?: string): unknown {
  if (!isAccessTokenError(thrown)) return thrown;
  const own = remedyOf(thrown, redirectUri);
  return own === undefined ? withRemedy(thrown, config) : thrown.with({ remedy: own });
}

function remedyOf({ code, status }: AccessTokenError, redirectUri: string | undefined): string | undefined {
  const grant = redirectUri === undefined ? 'the device grant' : 'the authorization code grant';
  switch (code) {
    case 'invalid_grant':
      return redirectUri === undefined
        ? 'Run the same command again: a device code works once, and for some minutes only.'
        : `Run the same command again: a code works once, and for some minutes only. If that does not help, check that exactly this redirect address is registered: ${redirectUri}`;
    case 'unauthorized_client':
      return status === 401 ? undefined : `Allow this client ${grant} and refresh tokens at the authorization server.`;
    case 'unsupported_grant_type':
      return `Check tokenUrl: this server does not offer ${grant} there.`;
    default:
      return undefined;
  }
}
