import { PROVIDERS } from '.';
import { namesIn } from './fill';
import type { Consent, Provider } from './provider';

/** A provider's consent for one tenant. */
export type FilledConsent = Omit<Consent, 'authorizationUrl' | 'deviceAuthorizationUrl'> & Partial<Pick<Consent, 'authorizationUrl' | 'deviceAuthorizationUrl'>>;

/**
 * Fills the placeholders of a provider's consent with the values from the token URL.
 *
 * @returns `undefined` if the provider has no consent; without addresses if the token URL does not match the provider's pattern
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

/** @returns the provider with this id; without an id, the only one that the token URL can belong to */
export function consentProvider(name: string | undefined, tokenUrl: string): Provider | undefined {
  return PROVIDERS.find((provider) => (name === undefined ? isOfProvider(provider, tokenUrl) : provider.id === name));
}

/** Whether a token URL can only belong to this provider. If users choose the whole host, nobody can tell. */
export function isOfProvider({ way }: Provider, tokenUrl: string): boolean {
  if (way.authentication !== 'clientSecret' || /^https:\/\/\{\w+\}(?:\/|$)/.test(way.tokenUrl)) return false;
  return partsOf(tokenUrl, way.tokenUrl) !== undefined;
}

/** @returns the values of a pattern's placeholders in an address; `undefined` if the address does not match */
function partsOf(address: string, pattern: string): ReadonlyMap<string, string> | undefined {
  const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const source = pattern.split(/\{\w+\}/).map(literal).join('([^/?#]+)');
  const found = new RegExp(`^${source}$`, 'i').exec(address);
  return found === null ? undefined : new Map(namesIn(pattern).map((name, index) => [name, found[index + 1] ?? '']));
}
