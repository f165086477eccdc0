// Written out here for size and speed: the Function has no crypto module to count on, and in a node that module takes longer
// to load than a look into the conversation takes.

const ROUNDS = 64;

/** The first 32 bits of the fractional part, FIPS 180-4 §4.2.2 and §5.3.3. */
function fraction(root: number): number {
  return ((root % 1) * 2 ** 32) | 0;
}

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

const PRIMES = firstPrimes(ROUNDS);
const ROUND_CONSTANTS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));
const INITIAL_HASH = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/**
 * SHA-256 (FIPS 180-4) of a text in UTF-8. For fingerprints: what must stay secret is the crypto module's business.
 *
 * @returns 64 hex digits
 */
export function sha256(text: string): string {
  const words = paddedWords(text);
  let hash = INITIAL_HASH;
  for (let start = 0; start < words.length; start += 16) {
    const block = compress(hash, words.slice(start, start + 16));
    hash = hash.map((word, index) => (word + (block[index] ?? 0)) | 0);
  }
  return hash.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** The message with its padding, §5.1.1, as 32-bit words. */
function paddedWords(text: string): number[] {
  // Half of a surrogate pair has no UTF-8: it counts as the replacement character, as in Node.js.
  const bytes = encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '\ufffd')).match(/%..|./g) ?? [];
  const words = new Array<number>((((bytes.length + 8) >> 6) + 1) * 16).fill(0);
  const add = (index: number, byte: number) => {
    words[index >> 2] = (words[index >> 2] ?? 0) | (byte << (24 - 8 * (index % 4)));
  };
  bytes.forEach((byte, index) => add(index, byte.length > 1 ? parseInt(byte.slice(1), 16) : byte.charCodeAt(0)));
  add(bytes.length, 0x80);
  words[words.length - 1] = bytes.length * 8;
  return words;
}

/** The compression of one block, §6.2.2. */
function compress(hash: readonly number[], schedule: number[]): number[] {
  const wordAt = (index: number) => schedule[index] ?? 0;
  let state = hash;
  ROUND_CONSTANTS.forEach((constant, round) => {
    if (round >= 16) {
      const early = wordAt(round - 15);
      const late = wordAt(round - 2);
      const mixed = rotated(early, 7, 18) ^ (early >>> 3);
      schedule.push((wordAt(round - 16) + mixed + wordAt(round - 7) + (rotated(late, 17, 19) ^ (late >>> 10))) | 0);
    }
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    const first = h + rotated(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + constant + wordAt(round);
    const second = rotated(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
    state = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
  });
  return [...state];
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
