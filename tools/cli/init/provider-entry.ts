import { isOfProvider } from '../providers/consent';
import { fill } from '../providers/fill';
import type { Entered } from '../providers/fill';
import type { Provider } from '../providers/provider';
import type { OfProvider, TokenAnswers } from './answers';

/** The provider's part of the configuration. */
export interface ProviderEntry extends Omit<OfProvider, 'paths'> {
  /** Answers that init does not ask for, or that Enter accepts. Empty unless the client has a secret. */
  answers: TokenAnswers;
}

/** @returns the provider's part of the configuration, with the placeholders filled in */
export function providerEntry(provider: Provider, entered: Entered): ProviderEntry {
  const { settings, secrets } = fill(provider, entered);
  const { authentication } = provider.way;
  if (authentication !== 'clientSecret') return { answers: {}, members: { [authentication]: settings }, secrets };
  const { refreshToken, ...answers } = settings;
  // If the token URL already tells the provider, the entry need not name it.
  const isNamed = provider.consent !== undefined && !isOfProvider(provider, settings['tokenUrl'] ?? '');
  const members = { ...(refreshToken === undefined ? {} : { refreshToken }), ...(isNamed ? { provider: provider.id } : {}) };
  return { answers, members, secrets };
}

/** Whether a token needs a user's consent, and nobody has consented yet. */
export function needsConsent({ clientAccess, consent }: Provider, { members }: Pick<ProviderEntry, 'members'>): boolean {
  return consent !== undefined && clientAccess === 'no' && members['refreshToken'] === undefined;
}

/** Whether a Flow must refresh. A Function has no cryptography, so it can't sign a JWT. */
export function needsFlow({ way }: Provider): boolean {
  return way.authentication === 'signedJwt';
}

/** @returns the text without Markdown's quotes and asterisks */
export function plain(text: string): string {
  return text.replace(/[`*]/g, '');
}

/** @returns what to enter in the nodes, if their defaults don't fit this provider */
export function nodeSettings({ authorization, includeMembers = {} }: Provider): string[] {
  const names = Object.keys(includeMembers);
  return [
    ...(authorization?.header === undefined ? [] : [`authorization header ${authorization.header}`]),
    ...(authorization === undefined ? [] : [authorization.scheme === '' ? 'no authorization scheme' : `authorization scheme ${authorization.scheme}`]),
    ...(names.length === 0 ? [] : [`members to hand out: ${names.join(', ')}`]),
  ];
}
