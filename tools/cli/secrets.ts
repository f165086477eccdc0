import type { Strike } from './api/shape';

/** Shorter ones are no secrets, and occur in any text. */
const SHORTEST_SECRET = 4;
const SHORTEST_BASE64 = 5;
const NAMED = new Map([['&', 'amp'], ['<', 'lt'], ['>', 'gt'], ['"', 'quot'], ["'", 'apos']]);
/** Of JSON, also in JSON in JSON. A longer run of backslashes would make the search slow. */
const ESCAPE = '\\\\{1,3}';

/**
 * Strikes secrets out of texts from outside: as they are, percent-encoded, form-encoded, as JSON or HTML has them, in
 * Base64 and in hexadecimal digits. Servers quote what they were sent in any of these, and mix them.
 */
export function secretStriker(secrets: readonly (string | undefined)[]): Strike {
  let pattern: RegExp | undefined;
  const compile = (): RegExp => {
    const long = secrets.filter((secret): secret is string => (secret?.length ?? 0) >= SHORTEST_SECRET);
    // The longest first: a secret that begins with another one must not lose only that part of it.
    const sorted = [...new Set(long)].sort((one, other) => other.length - one.length);
    // Without secrets it finds nothing.
    return new RegExp(sorted.length === 0 ? '(?!)' : sorted.flatMap(formsOf).join('|'), 'gu');
  };
  return (text) => text.replace((pattern ??= compile()), '[secret]');
}

/** @returns patterns */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // Backslashes in a row are one piece: they may be doubled, and twice.
  const pieces = secret.match(/\\+|[^\\]/gu) ?? [];
  return [pieces.map(inText).join(''), anyCase(bytes.toString('hex')), ...inBase64(bytes)];
}

/** @param piece one character, or backslashes in a row */
function inText(piece: string): string {
  const code = piece.codePointAt(0) ?? 0;
  const percent = [...Buffer.from(piece)].map((byte) => `%(?:25)*${anyCase(hex(byte, 2))}`).join('');
  const units = [...Array(piece.length).keys()].map((index) => `${ESCAPE}u${anyCase(hex(piece.charCodeAt(index), 4))}`).join('');
  const json = JSON.stringify(piece).slice(1, -1);
  const name = NAMED.get(piece);
  const forms = [
    piece.startsWith('\\') ? `\\\\{${piece.length},${4 * piece.length}}` : `(?:${ESCAPE})?${escaped(piece)}`,
    percent,
    units,
    `&#(?:0*${code}|[xX]0*${anyCase(hex(code, 1))});`,
    ...(piece === ' ' ? ['\\+'] : []),
    ...(/^\\[a-z]$/.test(json) ? [`${ESCAPE}${json.slice(1)}`] : []),
    ...(name === undefined ? [] : [`&${name};`]),
  ];
  return `(?:${forms.join('|')})`;
}

/** At each of the three places where it may stand between other bytes, without the digits that depend on those. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64').replace(/=+$/, '');
    const own = text.slice(offset === 0 ? 0 : offset + 1, (offset + bytes.length) % 3 === 0 ? undefined : -1);
    if (own.length < SHORTEST_BASE64) return [];
    const digits = [...own].map((digit) => (/\w/.test(digit) ? digit : `(?:${inText(digit)}|${digit === '+' ? '-' : '_'})`));
    return [`${digits.join('')}[\\w+/-]{0,2}(?:=|%(?:25)*3[dD])*`];
  });
}

function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

/** A pattern for hexadecimal digits in upper and lower case. */
function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
