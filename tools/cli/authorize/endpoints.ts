import type { Transport } from '../../../src/http';
import { CliError } from '../cli-error';
import { consentAt, consentProvider } from '../providers/consent';
import type { Provider } from '../providers/provider';
import { discover } from './discovery';
import type { RedirectPlace } from './listener';

/** What the configuration says about the authorization server. */
export interface ServerSettings {
  tokenUrl: string;
  issuer?: string | undefined;
  authorizationUrl?: string | undefined;
  deviceAuthorizationUrl?: string | undefined;
}

/** Where and how to ask for consent. */
export interface ConsentServer {
  authorizationUrl: string | undefined;
  deviceAuthorizationUrl: string | undefined;
  /** From the server's metadata; `undefined` if the metadata was not read. */
  issuer: string | undefined;
  /** Whether it puts its issuer into each redirect, RFC 9207. */
  namesItself: boolean;
  /** Extra parameters that it wants, such as `access_type=offline`. */
  parameters: Readonly<Record<string, string>>;
  /** The scope that asks for a refresh token. */
  offlineScope: string | undefined;
  redirect: RedirectPlace;
  /** What to check if no refresh token comes. */
  withoutRefreshToken: string;
}

/** RFC 8252 §7.3: any port, at the literal address. */
const ANYWHERE: RedirectPlace = { host: '127.0.0.1', port: undefined };
/** For providers that compare the whole redirect address, port included. Most of them accept http only with this host name. */
const REGISTERED: RedirectPlace = { host: 'localhost', port: 8400 };

const UNKNOWN_REASON =
  'Most servers need the scope offline_access for it. Others need the parameter access_type=offline (after a "?" in authorizationUrl), or a client that may use refresh tokens.';

/**
 * Finds out where and how to ask for consent. The configuration counts first, then what is known of the provider, then the server's own
 * metadata.
 *
 * @param provider the one that the user names; by default the one whose token URLs look like this, if that is certain
 * @throws CliError server_unknown, and those of `discover`
 */
export async function findServer(
  settings: ServerSettings,
  provider: Provider | undefined,
  environment: { transport: Transport; allowInsecure: boolean },
): Promise<ConsentServer> {
  const { tokenUrl, issuer, authorizationUrl, deviceAuthorizationUrl } = settings;
  const known = provider ?? (issuer === undefined ? consentProvider(undefined, tokenUrl) : undefined);
  const consent = known && consentAt(known, tokenUrl);
  if (provider !== undefined && consent === undefined) throw new CliError('server_unknown', `${provider.name} gives no access on behalf of a user this way.`);
  const described = issuer === undefined ? undefined : await discover(issuer, environment);
  const offlineScope = consent?.offlineScope ?? (consent === undefined && described?.knowsOfflineAccess ? 'offline_access' : undefined);
  return {
    authorizationUrl: authorizationUrl ?? consent?.authorizationUrl ?? described?.authorizationUrl,
    deviceAuthorizationUrl: deviceAuthorizationUrl ?? consent?.deviceAuthorizationUrl ?? described?.deviceAuthorizationUrl,
    issuer: described?.issuer,
    namesItself: described?.namesItself ?? false,
    // OpenID Connect Core §11: without prompt=consent, a server may ignore the request for offline access.
    parameters: consent?.parameters ?? (offlineScope === undefined ? {} : { prompt: 'consent' }),
    offlineScope,
    redirect: consent === undefined ? ANYWHERE : REGISTERED,
    withoutRefreshToken: consent?.withoutRefreshToken ?? UNKNOWN_REASON,
  };
}

/** @throws CliError server_unknown */
export function requireAuthorizationUrl({ authorizationUrl }: ConsentServer): string {
  if (authorizationUrl !== undefined) return authorizationUrl;
  throw new CliError('server_unknown', 'The address where the authorization server asks for consent is not known.');
}

/** @throws CliError device_not_offered */
export function requireDeviceAuthorizationUrl({ deviceAuthorizationUrl }: ConsentServer): string {
  if (deviceAuthorizationUrl !== undefined) return deviceAuthorizationUrl;
  throw new CliError('device_not_offered', 'The address where the authorization server issues codes for other devices is not known.');
}

/** @returns the scopes of a consent: the token's, and the one that asks for a refresh token */
export function scopeWith(scope: string | undefined, offlineScope: string | undefined): string | undefined {
  const scopes = (scope ?? '').split(' ').filter(Boolean);
  if (offlineScope !== undefined && !scopes.includes(offlineScope)) scopes.push(offlineScope);
  return scopes.length === 0 ? undefined : scopes.join(' ');
}
