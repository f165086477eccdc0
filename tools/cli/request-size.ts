import { SWITCHES } from './api';

/** The largest JSON body that the management API documents, in bytes. */
export const LARGEST_REQUEST = 60_000;

type Settings = Readonly<Record<string, unknown>>;

/** The body of the request that writes the Function. */
export function functionBody(code: string): object {
  return { code, isDisabled: false };
}

/** The body of the request that writes a transformer. Which switches are on hardly changes its size. */
export function transformerBody(transformer: string): object {
  return { transformer: { ...Object.fromEntries(SWITCHES.map((name) => [name, false])), transformer } };
}

/** @returns the length of a JSON body in bytes */
export function bytesOf(body: object): number {
  return Buffer.byteLength(JSON.stringify(body));
}

/**
 * @param what the subject of the message, such as `The Function`
 * @param bodyOf makes the body for these settings; it is also called with fewer tokens
 * @returns why the text does not fit into one request, and how many tokens would; `undefined` if it fits
 */
export function tooLarge(what: string, settings: Settings, bodyOf: (settings: Settings) => object): string | undefined {
  const bytes = bytesOf(bodyOf(settings));
  if (bytes <= LARGEST_REQUEST) return undefined;
  const [size, limit] = [bytes, LARGEST_REQUEST].map((number) => number.toLocaleString('en-US'));
  const problem = `${what} makes a request of ${size} bytes; the management API takes ${limit}.`;
  // The Function has `tokens`, the transformer `initialTokens`.
  const { tokens = [], initialTokens = {} } = settings as { tokens?: unknown[]; initialTokens?: object };
  const count = Math.max(tokens.length, Object.keys(initialTokens).length);
  if (count === 0) return problem;
  const first = (number: number): Settings => ({
    ...settings,
    ...(tokens.length === 0 ? {} : { tokens: tokens.slice(0, number) }),
    ...(tokens.length > 0 ? {} : { initialTokens: Object.fromEntries(Object.entries(initialTokens).slice(0, number)) }),
  });
  let fitting = 0;
  while (fitting < count && bytesOf(bodyOf(first(fitting + 1))) <= LARGEST_REQUEST) fitting += 1;
  return `${problem} Of its ${count} tokens, the first ${fitting} fit.${whatToMove(tokens.slice(fitting))}`;
}

/** The message lists at most this many token names. */
const MOST_NAMES = 5;

/** @param tokens the ones that don't fit into the Function */
function whatToMove(tokens: readonly unknown[]): string {
  if (tokens.length === 0) return '';
  const names = tokens.slice(0, MOST_NAMES).map((token) => `"${String((token as { tokenName?: unknown }).tokenName)}"`);
  const more = tokens.length > MOST_NAMES ? ` and ${tokens.length - MOST_NAMES} more` : '';
  return ` Move ${names.join(', ')}${more} into a second configuration, with other "names" and an Endpoint of its own: a store has one chain.`;
}
