import { utf8 } from './base64';

// Written out for size and speed. The Function can't rely on a crypto module, and in a node that module takes longer to
// load than the whole lookup in the conversation. One plain loop without calls, because a new process has no time to
// optimize it.

const PRIMES = Array.from({ length: 312 }, (_, number) => number).filter((number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return number > 1;
});
/** The first 32 bits of the fractional parts of the primes' roots, FIPS 180-4 §4.2.2 and §5.3.3. */
const ROUND_CONSTANTS = PRIMES.map((prime) => ((Math.cbrt(prime) % 1) * 2 ** 32) | 0);
const INITIAL_HASH = PRIMES.slice(0, 8).map((prime) => ((Math.sqrt(prime) % 1) * 2 ** 32) | 0);
const BLOCK_WORDS = 16;

/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8. For fingerprints only; the crypto module protects what must stay secret.
 *
 * @returns 64 hex digits
 */
export function sha256(text: string): string {
  const words = paddedWords(text);
  const hash = [...INITIAL_HASH];
  for (let start = 0; start < words.length; start += BLOCK_WORDS) compress(hash, words.slice(start, start + BLOCK_WORDS));
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message with its padding as 32-bit words, §5.1.1. */
function paddedWords(text: string): number[] {
  const bytes = utf8(text);
  const { length } = bytes;
  const words = new Array<number>((((length + 8) >> 6) + 1) * BLOCK_WORDS).fill(0);
  for (let index = 0; index <= length; index += 1) {
    const byte = index < length ? bytes.charCodeAt(index) : 0x80;
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - 8 * (index % 4)));
  }
  words[words.length - 1] = length * 8;
  return words;
}

/** Compresses one block into the hash, §6.2.2. The schedule begins with the block's words. */
function compress(hash: number[], schedule: number[]): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let round = 0; round < ROUND_CONSTANTS.length; round += 1) {
    if (round >= BLOCK_WORDS) {
      const early = schedule[round - 15] ?? 0;
      const late = schedule[round - 2] ?? 0;
      const mixed =
        (((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3)) +
        (((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10));
      schedule[round] = ((schedule[round - 16] ?? 0) + (schedule[round - 7] ?? 0) + mixed) | 0;
    }
    const word = (ROUND_CONSTANTS[round] ?? 0) + (schedule[round] ?? 0);
    const first = h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))) + ((e & f) ^ (~e & g)) + word;
    const second = (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    hash[index] = ((hash[index] ?? 0) + word) | 0;
  });
}

/**
 * A name for a token that doesn't show it.
 *
 * @returns the first 8 hex digits of its SHA-256
 */
export function fingerprint(token: string): string {
  return sha256(token).slice(0, 8);
}
