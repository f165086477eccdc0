// Written out here for size and speed: the Function has no crypto module to count on, and in a node that module takes longer
// to load than a look into the conversation takes.

/** The first 32 bits of the fractional part of a root, FIPS 180-4 §4.2.2 and §5.3.3. */
const fraction = (root: number): number => ((root % 1) * 2 ** 32) | 0;

const PRIMES = Array.from({ length: 312 }, (_, number) => number).filter((number) => {
  for (let divisor = 2; divisor < number; divisor += 1) if (number % divisor === 0) return false;
  return number > 1;
});
const ROUND_CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL_HASH = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const BLOCK_WORDS = 16;

/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8. For fingerprints: what must stay secret is the crypto module's business.
 *
 * @returns 64 hex digits
 */
export function sha256(text: string): string {
  const words = paddedWords(text);
  let hash = INITIAL_HASH;
  for (let start = 0; start < words.length; start += BLOCK_WORDS) {
    const block = compress(hash, words.slice(start, start + BLOCK_WORDS));
    hash = hash.map((word, index) => (word + (block[index] ?? 0)) | 0);
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message with its padding, §5.1.1, as 32-bit words. */
function paddedWords(text: string): number[] {
  // Half of a surrogate pair has no UTF-8: it counts as the replacement character, as in Node.js.
  const bytes = encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).match(/%..|./g) ?? [];
  const words = new Array<number>((((bytes.length + 8) >> 6) + 1) * BLOCK_WORDS).fill(0);
  [...bytes, '%80'].forEach((byte, index) => {
    const value = byte.length > 1 ? parseInt(byte.slice(1), 16) : byte.charCodeAt(0);
    words[index >> 2] = (words[index >> 2] ?? 0) | (value << (24 - 8 * (index % 4)));
  });
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/** The compression of one block, §6.2.2. */
function compress(hash: readonly number[], schedule: number[]): readonly number[] {
  const wordAt = (index: number) => schedule[index] ?? 0;
  return ROUND_CONSTANTS.reduce<readonly number[]>((state, constant, round) => {
    if (round >= BLOCK_WORDS) {
      const [early, late] = [wordAt(round - 15), wordAt(round - 2)];
      const mixed = (rotated(early, 7, 18) ^ (early >>> 3)) + (rotated(late, 17, 19) ^ (late >>> 10));
      schedule.push((wordAt(round - 16) + wordAt(round - 7) + mixed) | 0);
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    const first = h + rotated(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constant + wordAt(round);
    return [(first + rotated(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c))) | 0, a, b, c, (d + first) | 0, e, f, g];
  }, hash);
}

function rotated(word: number, ...distances: number[]): number {
  return distances.reduce((mixed, distance) => mixed ^ ((word >>> distance) | (word << (32 - distance))), 0);
}

/**
 * Names a token without showing it.
 *
 * @returns the first 8 hex digits of its SHA-256
 */
export function fingerprint(token: string): string {
  return sha256(token).slice(0, 8);
}
