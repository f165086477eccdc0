import type { StoreSettings } from '../store-place';

/** The user name and password in a URL, up to the last "@" before the host. */
const CREDENTIALS = /^[^:]+:\/\/([^/?]*)@/;

const SENTINEL_PASSWORD = /[?&]sentinel_password=([^&]*)/;

/** @returns the secrets of a configuration, in the spellings that a text from outside may quote */
export function secretsOf({ apiKey, endpointSecret, encryptionKey, redisUrl }: StoreSettings & { apiKey?: string | undefined }): string[] {
  const [, credentials = ''] = CREDENTIALS.exec(redisUrl ?? '') ?? [];
  const [, sentinelPassword = ''] = SENTINEL_PASSWORD.exec(redisUrl ?? '') ?? [];
  const passwords = [credentials.slice(credentials.indexOf(':') + 1), sentinelPassword];
  const all = [apiKey, endpointSecret, ...(encryptionKey ?? '').split(/\s+/), ...passwords, ...passwords.map(decoded)];
  return all.filter((secret): secret is string => secret !== undefined && secret !== '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
