import { PROVIDERS } from '.';
import { namesIn } from './fill';
import type { Consent, Provider } from './provider';

/** Where a provider asks a user of this tenant for a consent. */
export type FilledConsent = Omit<Consent, 'authorizationUrl' | 'deviceAuthorizationUrl'> & Partial<Pick<Consent, 'authorizationUrl' | 'deviceAuthorizationUrl'>>;

/**
 * Fills in what differs between a provider's users: the token URL says it.
 *
 * @returns `undefined` for a provider without consents; without addresses where the token URL is not as the provider's are
 */
export function consentAt({ way, consent }: Provider, tokenUrl: string): FilledConsent | undefined {
  if (consent === undefined || way.authentication !== 'clientSecret') return undefined;
  const { authorizationUrl, deviceAuthorizationUrl, ...rest } = consent;
  const parts = partsOf(tokenUrl, way.tokenUrl);
  if (parts === undefined) return rest;
  const filled = (pattern: string): string => pattern.replace(/\{(\w+)\}/g, (whole, name: string) => parts.get(name) ?? whole);
  return {
    ...rest,
    authorizationUrl: filled(authorizationUrl),
    ...(deviceAuthorizationUrl === undefined ? {} : { deviceAuthorizationUrl: filled(deviceAuthorizationUrl) }),
  };
}

/** @returns the provider of that name, or else the one that the token URL can only be of */
export function consentProvider(name: string | undefined, tokenUrl: string): Provider | undefined {
  return PROVIDERS.find((provider) => (name === undefined ? isOfProvider(provider, tokenUrl) : provider.id === name));
}

/** Whether a token URL can only be this provider's: its host has a part that no user chooses. */
export function isOfProvider({ way }: Provider, tokenUrl: string): boolean {
  if (way.authentication !== 'clientSecret' || /^https:\/\/\{\w+\}(?:\/|$)/.test(way.tokenUrl)) return false;
  return partsOf(tokenUrl, way.tokenUrl) !== undefined;
}

/** @returns the values of the placeholders by which an address follows from its pattern; `undefined` where it does not */
function partsOf(address: string, pattern: string): ReadonlyMap<string, string> | undefined {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = pattern.split(/\{\w+\}/).map(literal).join('([^/?#]+)');
  const found = new RegExp(`^${source}$`, 'i').exec(address);
  return found === null ? undefined : new Map(namesIn(pattern).map((name, index) => [name, found[index + 1] ?? '']));
}
