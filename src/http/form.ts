import { percentEncode } from '../base64';

/** Encodes one name or value as application/x-www-form-urlencoded (WHATWG URL §5.2, RFC 6749 appendix B). */
export function formEncode(text: string): string {
  return percentEncode(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, '+');
}

/** Writes parameters as an application/x-www-form-urlencoded body, in their order. */
export function writeForm(parameters: Record<string, string>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${formEncode(name)}=${formEncode(value)}`)
    .join('&');
}

/**
 * Reads an application/x-www-form-urlencoded body.
 *
 * @returns its parameters, the last of equal names; `undefined` if the text isn't such a body
 */
export function readForm(body: string): Record<string, string> | undefined {
  const parameters = new Map<string, string>();
  for (const pair of body.trim().split('&')) {
    // Only the first "=" divides: servers have sent base64 with its padding as it is.
    const [, name, value] = /^([^\s=<>"]+)=([^]*)$/.exec(pair) ?? [];
    if (name === undefined || value === undefined) return undefined;
    try {
      parameters.set(decode(name), decode(value));
    } catch {
      // A stray "%": this is some other text.
      return undefined;
    }
  }
  return Object.fromEntries(parameters);
}

function decode(text: string): string {
  return decodeURIComponent(text.replace(/\+/g, ' '));
}
