// Written out here for size and speed: the Function has no crypto module to count on, and in a node that module takes longer
// to load than a look into the conversation takes. Plain loops, as a new process has no time to optimize others.

const PRIMES = Array.from({ length: 312 }, (_, number) => number).filter((number) => {
  for (let divisor = 2; divisor * divisor <= number; divisor += 1) if (number % divisor === 0) return false;
  return number > 1;
});
/** The first 32 bits of the fractional parts of the primes' roots, FIPS 180-4 §4.2.2 and §5.3.3. */
const ROUND_CONSTANTS = Int32Array.from(PRIMES, (prime) => (Math.cbrt(prime) % 1) * 2 ** 32);
const INITIAL_HASH = Int32Array.from(PRIMES.slice(0, 8), (prime) => (Math.sqrt(prime) % 1) * 2 ** 32);
const BLOCK_WORDS = 16;

/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8. For fingerprints: what must stay secret is the crypto module's business.
 *
 * @returns 64 hex digits
 */
export function sha256(text: string): string {
  const words = paddedWords(text);
  const hash = INITIAL_HASH.slice();
  const schedule = new Int32Array(ROUND_CONSTANTS.length);
  for (let start = 0; start < words.length; start += BLOCK_WORDS) {
    schedule.set(words.subarray(start, start + BLOCK_WORDS));
    compress(hash, schedule);
  }
  return Array.from(hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message with its padding, §5.1.1, as 32-bit words. */
function paddedWords(text: string): Int32Array {
  // Half of a surrogate pair has no UTF-8: it counts as the replacement character, as in Node.js.
  const bytes = encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).match(/%..|./g) ?? [];
  const words = new Int32Array((((bytes.length + 8) >> 6) + 1) * BLOCK_WORDS);
  [...bytes, '%80'].forEach((byte, index) => {
    const value = byte.length > 1 ? parseInt(byte.slice(1), 16) : byte.charCodeAt(0);
    words[index >> 2] = at(words, index >> 2) | (value << (24 - 8 * (index % 4)));
  });
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/** The compression of one block, §6.2.2, into the hash. */
function compress(hash: Int32Array, schedule: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let round = 0; round < schedule.length; round += 1) {
    if (round >= BLOCK_WORDS) {
      const early = at(schedule, round - 15);
      const late = at(schedule, round - 2);
      const mixed = (rotated(early, 7) ^ rotated(early, 18) ^ (early >>> 3)) + (rotated(late, 17) ^ rotated(late, 19) ^ (late >>> 10));
      schedule[round] = at(schedule, round - 16) + at(schedule, round - 7) + mixed;
    }
    const first =
      h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + ((e & f) ^ (~e & g)) + at(ROUND_CONSTANTS, round) + at(schedule, round);
    const second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
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
    hash[index] = at(hash, index) + word;
  });
}

function rotated(word: number, distance: number): number {
  return (word >>> distance) | (word << (32 - distance));
}

function at(words: Int32Array, index: number): number {
  return words[index] ?? 0;
}

/**
 * Names a token without showing it.
 *
 * @returns the first 8 hex digits of its SHA-256
 */
export function fingerprint(token: string): string {
  return sha256(token).slice(0, 8);
}
