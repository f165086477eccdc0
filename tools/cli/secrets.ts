import type { Strike } from './api/shape';

/** Shorter texts are hardly secret, and occur by chance in any text. */
const SHORTEST_SECRET = 4;
const SHORTEST_BASE64 = 5;
const NAMED = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]]);
/** One unit of text: percent-encoded, escaped as in JSON (also JSON within JSON) or in HTML, or plain. */
const PIECE = /(?:%(?:25)*[0-9a-f]{2})+|\\+u([0-9a-f]{4})|&#(?:x([0-9a-f]{1,6})|(\d{1,7}));|&(amp|lt|gt|quot|apos);|[^]/gi;
/** The characters that JSON escapes with a letter. */
const CONTROLS = new Map([['\b', 'b'], ['\f', 'f'], ['\n', 'n'], ['\r', 'r'], ['\t', 't']]);

/** The decoded text, and where each of its units was in the original. */
interface Plain {
  text: string;
  places: { start: number; end: number }[];
}

/**
 * Strikes secrets out of texts from outside. It finds them in plain text, percent-encoded, form-encoded, escaped as in JSON or HTML, in
 * Base64 and in hexadecimal. Servers quote their input in any of these forms, and mix them.
 */
export function secretStriker(secrets: readonly (string | undefined)[]): Strike {
  const given = secrets.filter((secret): secret is string => (secret?.length ?? 0) >= SHORTEST_SECRET);
  const plain = given.map((secret) => plainOf(secret).text).filter(({ length }) => length >= SHORTEST_SECRET);
  const hex = given.map((secret) => Buffer.from(secret).toString('hex'));
  const base64 = given.flatMap(inBase64).map((text) => text.replace(/\+/g, ' '));
  return (text) => {
    const { text: found, places } = plainOf(text);
    const lower = found.replace(/[A-F]/g, (digit) => digit.toLowerCase());
    const oneAlphabet = found.replace(/-/g, ' ').replace(/_/g, '/');
    const ranges = [...rangesOf(plain, found), ...rangesOf(hex, lower), ...rangesOf(base64, oneAlphabet, /\w?=*/y)];
    const struck = ranges.map(([from, to]) => [places[from]?.start ?? 0, places[to - 1]?.end ?? 0] as const);
    return without(text, struck.sort(([one], [other]) => one - other));
  };
}

function plainOf(text: string): Plain {
  const units: string[] = [];
  const places: Plain['places'] = [];
  for (const match of text.matchAll(PIECE)) {
    const [piece] = match;
    for (const unit of decoded(match).split('')) {
      // Two spellings of one character count as the same: a space or "+" in forms, and JSON's escapes with a backslash.
      if (unit === '\\') continue;
      units.push(unit === '+' ? ' ' : (CONTROLS.get(unit) ?? unit));
      places.push({ start: match.index, end: match.index + piece.length });
    }
  }
  return { text: units.join(''), places };
}

function decoded([piece, unit, hexCode, code, name]: RegExpMatchArray): string {
  if (piece.startsWith('%') && piece.length > 1) return Buffer.from(piece.replace(/%(?:25)*(?=[^%]{2})/g, ''), 'hex').toString();
  if (unit !== undefined) return String.fromCharCode(parseInt(unit, 16));
  if (hexCode !== undefined || code !== undefined) {
    const point = hexCode === undefined ? Number(code) : parseInt(hexCode, 16);
    return point > 0x10ffff ? '' : String.fromCodePoint(point);
  }
  return name === undefined ? piece : (NAMED.get(name.toLowerCase()) ?? '');
}

/** @param more matched right after each find, and struck out with it */
function rangesOf(secrets: readonly string[], text: string, more?: RegExp): [from: number, to: number][] {
  const ranges: [number, number][] = [];
  for (const secret of secrets) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
      const end = at + secret.length;
      if (more !== undefined) more.lastIndex = end;
      ranges.push([at, end + (more?.exec(text)?.[0].length ?? 0)]);
    }
  }
  return ranges;
}

/** @param ranges sorted by start; they may overlap */
function without(text: string, ranges: readonly (readonly [start: number, end: number])[]): string {
  let left = '';
  let done = 0;
  for (const [start, end] of ranges) {
    if (start >= done) left += `${text.slice(done, start)}[secret]`;
    done = Math.max(done, end);
  }
  return left + text.slice(done);
}

/** Encodes a secret at each of the three possible offsets among other bytes. Digits that depend on its neighbours are left out. */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    const own = text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
    return own.length < SHORTEST_BASE64 ? [] : [own];
  });
}
