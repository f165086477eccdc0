import type { StoreSettings } from '../store-place';

/** User name and password of a URL, up to the last "@" before the host. */
const CREDENTIALS = /^[^:]+:\/\/([^/?]*)@/;

/** @returns the secrets of a configuration, as they would stand in a text from outside */
export function secretsOf({ apiKey, endpointSecret, encryptionKey, redisUrl }: StoreSettings & { apiKey?: string | undefined }): string[] {
  const [, credentials = ''] = CREDENTIALS.exec(redisUrl ?? '') ?? [];
  const password = credentials.slice(credentials.indexOf(':') + 1);
  const all = [apiKey, endpointSecret, ...(encryptionKey ?? '').split(/\s+/), password, decoded(password)];
  return all.filter((secret): secret is string => secret !== undefined && secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
