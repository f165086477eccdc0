import { AccessTokenError } from '../errors';

/** Set by the client itself; free parameters must not replace them. */
const RESERVED = ['grant_type', 'client_id', 'client_secret', 'refresh_token'];

/**
 * Reads the free token request parameters as users enter them: `key=value` pairs joined by `&` or
 * written one a line, percent-encoding allowed; or an object of texts and numbers.
 *
 * @throws AccessTokenError extra_parameters_invalid
 */
export function parseExtraParameters(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  const pairs = typeof value === 'string' ? pairsOfText(value) : pairsOfObject(value);
  const parameters = new Map<string, string>();
  for (const [name, text] of pairs) {
    if (RESERVED.includes(name)) throw invalid(`"${name}" is set by the extension itself`);
    if (parameters.has(name)) throw invalid(`"${name}" occurs twice`);
    parameters.set(name, text);
  }
  return Object.fromEntries(parameters);
}

function pairsOfText(text: string): Array<[string, string]> {
  return text
    .split(/[&\r\n]+/)
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '')
    .map((pair, index) => {
      const separator = pair.indexOf('=');
      // The pair itself may hold a secret, so the message only says which one it is.
      if (separator < 1) throw invalid(`pair ${index + 1} has no key or no "="`);
      return [decode(pair.slice(0, separator), index), decode(pair.slice(separator + 1), index)];
    });
}

function pairsOfObject(value: unknown): Array<[string, string]> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('they are neither text nor an object');
  }
  return Object.entries(value).map(([name, text]: [string, unknown]) => {
    if (name === '' || !['string', 'number', 'boolean'].includes(typeof text)) {
      throw invalid(`the value of "${name}" is not text`);
    }
    return [name, String(text)];
  });
}

function decode(text: string, index: number): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw invalid(`pair ${index + 1} has a "%" that starts no percent-encoding`);
  }
}

function invalid(reason: string): AccessTokenError {
  return new AccessTokenError('extra_parameters_invalid', `The extra parameters can't be read: ${reason}.`, {
    field: 'extraParameters',
  });
}
