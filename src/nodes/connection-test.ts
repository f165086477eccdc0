import { describe, toAccessTokenError } from '../errors';
import type { AccessTokenError } from '../errors';
import { platformTransport } from '../http/platform-transport';
import type { PlatformApi } from '../http/platform-transport';
import { makeAssertion } from './make-assertion';
import type { NodeConfig } from './node-config';

/** The time for the trial, milliseconds. The editor waits 5 s for a form. */
const TRIAL_MS = 4500;

/**
 * Tries in the editor what a node would do: asks the token endpoint once. Never uses up a refresh token. Never throws.
 *
 * @param explain turns an error into one that names fields as the form does
 * @returns the outcome in one line for the form
 */
export async function testConnection(api: PlatformApi, config: NodeConfig, explain: (error: AccessTokenError) => Promise<AccessTokenError>): Promise<string> {
  try {
    // The OAuth client is in that file of the extension.
    const { grantsFor, readTokenEndpoint, requestToken } = await import('./keep-stored-token');
    if (config.tlsConnection) return 'Not tried: the editor sends no certificate. Run the node instead.';
    const settings = await readTokenEndpoint(config);
    const [grant] = grantsFor({ config: settings, record: null, keepsRefreshTokens: false });
    if (grant.isSingleUse) return 'Not tried: this could use up the refresh token. Run the node instead.';
    const world = {
      transport: platformTransport({ api, setTimeout, clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout) }),
      now: Date.now,
      sleep: () => Promise.resolve(),
      random: Math.random,
      makeAssertion,
    };
    const { token } = await requestToken({ config: settings, grant }, { deadline: Date.now() + TRIAL_MS, maxAttempts: 1 }, world);
    return `OK: a token for ${Math.round(token.expires_in)} s${token.lifetime_assumed ? ' (assumed: the server does not say how long it lives)' : ''}`;
  } catch (thrown) {
    return describe(await explain(toAccessTokenError(thrown)));
  }
}
