import { AccessTokenError } from '../errors';
import type { HttpResponse } from '../http';
import { depthWithin, parseJson } from '../json';

/** An API's answer in the form that a Flow gets. */
export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  body: unknown;
}

/** Types that are never text, whatever their bytes look like. */
const BINARY_TYPE = /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:pdf|zip|gzip|x-7z|x-tar|msword|vnd\.(?:ms-|openxml)|wasm|protobuf|x-protobuf|grpc))/;
/** Types whose text is UTF-8 by default: RFC 8259 §8.1, RFC 7303 §3. */
const UTF8_TYPE = /json|xml|javascript|yaml/;
/** Control characters that no text has. Tab, line ends, form feed and escape are allowed. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NO_TEXT = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;
const REPLACEMENT = '\ufffd';
/** Deeper nesting can't be stored, so such an answer stays text. */
const DEEPEST = 100;
/** These names all mean windows-1252 (WHATWG Encoding §4.2). */
const WINDOWS_1252 = /^(?:windows-1252|cp1252|x-cp1252|iso-?8859-1|latin1|l1|us-ascii|ascii)$/;
/** The characters 0x80 to 0x9f of windows-1252. Node.js 20 and 22 decode them as control characters. */
const HIGH_CONTROLS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
/** Byte order marks with their charsets. */
const MARKS: readonly (readonly [mark: readonly number[], charset: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Reads an answer. JSON is parsed, anything else stays text, and an empty body becomes `null`. Cookies are dropped,
 * because they are credentials.
 *
 * @param response its data as bytes, or as the transport has read it
 * @throws AccessTokenError response_not_text if the body isn't text
 */
export async function readAnswer({ status, headers, data }: HttpResponse): Promise<ApiAnswer> {
  const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'set-cookie'));
  const body = ArrayBuffer.isView(data) ? await readBytes(Buffer.from(data.buffer, data.byteOffset, data.byteLength), status, headers) : data;
  return { status, headers: shown, body: typeof body === 'string' ? readText(body, headers) : body };
}

function readText(text: string, headers: Record<string, string>): unknown {
  if (text === '') return null;
  // Many servers label JSON as text/html. Then only an object or a list counts as JSON.
  if (!/json/i.test(headers['content-type'] ?? '') && !/^\s*[[{]/.test(text)) return text;
  const value = parseJson(text);
  return value !== undefined && depthWithin(value, DEEPEST) ? value : text;
}

async function readBytes(bytes: Buffer, status: number, headers: Record<string, string>): Promise<string> {
  if (bytes.length === 0) return '';
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(/\s*;\s*/);
  const refused = (what: string) => new AccessTokenError('response_not_text', `The API answered ${status} with ${what}.`, { status });
  const named = /^[\w.+/-]{1,80}$/.test(mediaType) ? mediaType : 'bytes that are not text';
  if (BINARY_TYPE.test(mediaType)) throw refused(named);
  const charset = parameters.map((parameter) => /^charset="?([\w.:-]{1,40})"?$/.exec(parameter)?.[1]).find(Boolean);
  const text = await decode(bytes, charset ?? charsetOfMark(bytes));
  if (text === undefined) throw refused(`the charset ${charset ?? ''}, which this node does not know`);
  if (NO_TEXT.test(text)) throw refused(named);
  if (charset !== undefined || UTF8_TYPE.test(mediaType) || !text.includes(REPLACEMENT)) return text;
  // Not UTF-8, and no charset declared: text in the former default charset (RFC 2616 §3.7.1), or no text at all.
  if (mediaType.startsWith('text/')) return fromWindows1252(bytes);
  throw refused(named);
}

function charsetOfMark(bytes: Buffer): string | undefined {
  return MARKS.find(([mark]) => mark.every((byte, index) => bytes[index] === byte))?.[1];
}

/** @returns the text without its byte order mark; `undefined` for an unknown charset */
async function decode(bytes: Buffer, charset = 'utf-8'): Promise<string | undefined> {
  if (/^utf-?8$/.test(charset)) return bytes.toString('utf8').replace(/^\ufeff/, '');
  if (WINDOWS_1252.test(charset)) return fromWindows1252(bytes);
  // The platform's VM may lack this global.
  const { TextDecoder } = await import('util');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return undefined;
  }
}

function fromWindows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\u0080-\u009f]/g, (control) => HIGH_CONTROLS.charAt(control.charCodeAt(0) - 0x80));
}
