// Written out, because the platform's VMs may lack Buffer and btoa, and a library's licence text would make the pasted
// files too long.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The UTF-8 of a text, percent-encoded. Half of a surrogate pair becomes the replacement character, as in Node.js. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd'));
}

/** The UTF-8 of a text, with one character per byte. */
export function utf8(text: string): string {
  return percentEncode(text).replace(/%(..)/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

/**
 * Encodes bytes as base64 with padding (RFC 4648 §4).
 *
 * @param data bytes, or a text with one character per byte
 */
export function toBase64(data: Uint8Array | string): string {
  const bytes = typeof data === 'string' ? Uint8Array.from(data, (character) => character.charCodeAt(0)) : data;
  let text = '';
  for (let start = 0; start < bytes.length; start += 3) {
    const [first = 0, second = 0, third = 0] = bytes.subarray(start, start + 3);
    const group = (first << 16) | (second << 8) | third;
    for (const shift of [18, 12, 6, 0]) text += ALPHABET.charAt((group >> shift) & 63);
  }
  const padding = (3 - (bytes.length % 3)) % 3;
  return text.slice(0, text.length - padding) + '='.repeat(padding);
}

/**
 * Decodes base64 or base64url (RFC 4648 §4, §5), with or without padding.
 *
 * @returns `undefined` for text that is neither
 */
export function fromBase64(text: string): Uint8Array | undefined {
  const digits = text.replace(/={1,2}$/, '').replace(/-/g, '+').replace(/_/g, '/');
  if (digits.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  for (let index = 0, length = 0; index < digits.length; index += 1) {
    const digit = ALPHABET.indexOf(digits.charAt(index));
    if (digit < 0) return undefined;
    bits = ((bits << 6) | digit) & 0xffff;
    // Each of the four digits except the first completes a byte.
    if (index % 4 > 0) bytes[length++] = (bits >> (2 * (3 - (index % 4)))) & 255;
  }
  return bytes;
}
