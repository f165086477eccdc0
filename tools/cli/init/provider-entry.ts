import { isOfProvider } from '../providers/consent';
import { fill } from '../providers/fill';
import type { Entered } from '../providers/fill';
import type { Provider } from '../providers/provider';
import type { OfProvider, TokenAnswers } from './answers';

/** What the configuration contains for a provider. */
export interface ProviderEntry extends Omit<OfProvider, 'paths'> {
  /** Answers that are known, or that Enter accepts. Empty unless the client has a secret. */
  answers: TokenAnswers;
}

/** @returns what the configuration will contain for a provider, once the placeholders have values */
export function providerEntry(provider: Provider, entered: Entered): ProviderEntry {
  const { settings, secrets } = fill(provider, entered);
  const { authentication } = provider.way;
  if (authentication !== 'clientSecret') return { answers: {}, members: { [authentication]: settings }, secrets };
  const { refreshToken, ...answers } = settings;
  // For some providers the token URL identifies it.
  const isNamed = provider.consent !== undefined && !isOfProvider(provider, settings['tokenUrl'] ?? '');
  const members = { ...(refreshToken === undefined ? {} : { refreshToken }), ...(isNamed ? { provider: provider.id } : {}) };
  return { answers, members, secrets };
}

/** Only a user's consent gets a token, and no user has consented yet. */
export function needsConsent({ clientAccess, consent }: Provider, { members }: Pick<ProviderEntry, 'members'>): boolean {
  return consent !== undefined && clientAccess === 'no' && members['refreshToken'] === undefined;
}

/** A Function has no cryptography to sign with, so a Flow must refresh. */
export function needsFlow({ way }: Provider): boolean {
  return way.authentication === 'signedJwt';
}

/** @returns a text without Markdown */
export function plain(text: string): string {
  return text.replace(/[`*]/g, '');
}

/** @returns what to enter in the nodes if their defaults do not fit */
export function nodeSettings({ authorization, includeMembers = {} }: Provider): string[] {
  const names = Object.keys(includeMembers);
  return [
    ...(authorization?.header === undefined ? [] : [`authorization header ${authorization.header}`]),
    ...(authorization === undefined ? [] : [authorization.scheme === '' ? 'no authorization scheme' : `authorization scheme ${authorization.scheme}`]),
    ...(names.length === 0 ? [] : [`members to hand out: ${names.join(', ')}`]),
  ];
}
