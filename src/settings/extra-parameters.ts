import { AccessTokenError } from '../errors';
import { isObject } from '../json';
import { tidy } from './setting';

/** The client sets these itself, so extra parameters must not replace them. */
const RESERVED = ['grant_type', 'refresh_token', 'assertion', 'client_assertion', 'client_assertion_type'];
/** Refused as well, unless something else proves who the client is: next to a signed JWT, some servers want them. */
const CLIENT = ['client_id', 'client_secret'];

/**
 * Reads the extra parameters of a token request as users enter them: `key=value` pairs joined by `&` or one per line,
 * with or without percent-encoding; or an object of strings, numbers and booleans.
 *
 * @param maySayClient whether they may name the client
 * @throws AccessTokenError extra_parameters_invalid
 */
export function parseExtraParameters(value: unknown, maySayClient = false): Record<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, text] of pairsOf(value ?? '')) {
    if ([...RESERVED, ...(maySayClient ? [] : CLIENT)].includes(name) || parameters.has(name)) throw invalid(`"${name}" is already set`);
    parameters.set(name, text);
  }
  return Object.fromEntries(parameters);
}

function pairsOf(value: unknown): Array<[string, string]> {
  if (typeof value === 'string') return pairsOfText(value);
  if (!isObject(value)) throw invalid('they are neither text nor an object');
  return Object.entries(value).map(([name, text]) => {
    if (name === '' || !['string', 'number', 'boolean'].includes(typeof text)) throw invalid(`the value of "${name}" is not text`);
    return [name, tidy(String(text))];
  });
}

function pairsOfText(text: string): Array<[string, string]> {
  const pairs = text.split(/[&\r\n]+/).map(tidy).filter(Boolean);
  return pairs.map((pair, index) => {
    const [, name, value] = /^([^=]+)=([^]*)$/.exec(pair) ?? [];
    // The pair may hold a secret, so the message only says which one it is.
    if (name === undefined || value === undefined) throw invalid(`pair ${index + 1} has no key or no "="`);
    try {
      return [decodeURIComponent(tidy(name)), decodeURIComponent(tidy(value))];
    } catch {
      throw invalid(`pair ${index + 1} has a stray "%"`);
    }
  });
}

function invalid(reason: string): AccessTokenError {
  return new AccessTokenError('extra_parameters_invalid', `The extra parameters can't be read: ${reason}.`, {
    field: 'extraParameters',
  });
}
