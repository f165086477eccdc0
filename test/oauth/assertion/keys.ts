import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import type { KeyExportOptions, KeyObject } from 'node:crypto';

import { generate } from 'selfsigned';

import { oncePerWorker } from '../../support/once-per-worker.cjs';

/** Keys are made anew in each run; none is kept in a file. */
export const RSA = oncePerWorker('RSA key', () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
export const EC = oncePerWorker('EC key', () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

export function pemOf(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string {
  const options: KeyExportOptions<'pem'> = { type, format: 'pem' };
  return key.export(options).toString();
}

export function jwkOf(key: KeyObject, members: object = {}): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), ...members });
}

export async function certified(keyType: 'rsa' | 'ec'): Promise<{ key: KeyObject; certificate: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'bot.example.com' }], { keyType });
  return { key: createPrivateKey(key), certificate: cert };
}

/** Whether a text holds any part of a key: ten digits in a row of its base64, or of its hexadecimal form. */
export function quotes(text: string, key: string): boolean {
  const bare = text.replace(/\s/g, '');
  return key
    .split(/-----[A-Z ]+-----|[^\w+/=-]+/)
    .filter((part) => part.length >= 10)
    .some((part) => Array.from({ length: part.length - 9 }, (_, start) => part.slice(start, start + 10)).some((digits) => bare.includes(digits)));
}
