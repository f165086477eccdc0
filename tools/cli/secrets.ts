import type { Strike } from './api/shape';

/** Shorter ones are no secrets, and occur in any text. */
const SHORTEST_SECRET = 4;
const SHORTEST_BASE64 = 5;
const NAMED = new Map([['amp', '&'], ['lt', '<'], ['gt', '>'], ['quot', '"'], ['apos', "'"]]);
/** A unit of text in one of its encodings: percent-encoded, of JSON (also in JSON), of HTML, or as it is. */
const PIECE = /(?:%(?:25)*[0-9a-f]{2})+|\\+u([0-9a-f]{4})|&#(?:x([0-9a-f]{1,6})|(\d{1,7}));|&(amp|lt|gt|quot|apos);|[^]/gi;
/** What JSON escapes by a letter. */
const CONTROLS = new Map([['\b', 'b'], ['\f', 'f'], ['\n', 'n'], ['\r', 'r'], ['\t', 't']]);

/** A text without its encodings, and where each unit of it stands in the text. */
interface Plain {
  text: string;
  places: { start: number; end: number }[];
}

/**
 * Strikes secrets out of texts from outside: as they are, percent-encoded, form-encoded, as JSON or HTML has them, in
 * Base64 and in hexadecimal digits. Servers quote what they were sent in any of these, and mix them.
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
      // What is written in two ways counts as the same: spaces in forms, and whatever JSON puts a backslash before.
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

/** @param more what goes with a find: matched behind it */
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

/** @param ranges in their order; they may overlap */
function without(text: string, ranges: readonly (readonly [start: number, end: number])[]): string {
  let left = '';
  let done = 0;
  for (const [start, end] of ranges) {
    if (start >= done) left += `${text.slice(done, start)}[secret]`;
    done = Math.max(done, end);
  }
  return left + text.slice(done);
}

/** At each of the three places where it may stand between other bytes, without the digits that depend on those. */
function inBase64(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    const own = text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
    return own.length < SHORTEST_BASE64 ? [] : [own];
  });
}
