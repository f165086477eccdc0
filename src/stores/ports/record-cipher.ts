import { fromBase64, toBase64 } from '../../base64';
import { AccessTokenError } from '../../errors';

/** Encrypts stored records. */
export interface RecordCipher {
  /** @param tokenName bound to the text: a sealed record can't be moved to another name */
  seal(text: string, tokenName: string): string;
  /**
   * @param tokenName bound to the text, which decrypts under no other name
   * @returns the text; the input if it isn't encrypted (as in earlier versions); `null` if it was damaged or moved to
   *   another name
   * @throws AccessTokenError encryption_key_unknown
   */
  open(sealed: string, tokenName: string): string | null;
}

interface Cipher {
  setAAD(data: Uint8Array): unknown;
  update(text: string, from: 'utf8', to: 'base64'): string;
  final(to: 'base64'): string;
  getAuthTag(): Uint8Array;
}

interface Decipher {
  setAAD(data: Uint8Array): unknown;
  setAuthTag(tag: Uint8Array): unknown;
  update(text: string, from: 'base64', to: 'utf8'): string;
  final(to: 'utf8'): string;
}

/** The part of Node's crypto module that is used here. */
export interface CipherCrypto {
  randomBytes(size: number): Uint8Array;
  hkdfSync(digest: 'sha256', secret: string, salt: string, info: string, length: number): ArrayBuffer;
  createHash(algorithm: 'sha256'): { update(text: string): { digest(): Uint8Array } };
  createCipheriv(algorithm: 'aes-256-gcm', key: Uint8Array, nonce: Uint8Array): Cipher;
  createDecipheriv(algorithm: 'aes-256-gcm', key: Uint8Array, nonce: Uint8Array): Decipher;
}

interface Key {
  id: string;
  bytes: Uint8Array;
}

const FORMAT = 'access-token-1';
const KEY_BYTES = 32;
const KEY_ID_BYTES = 6;
/** NIST SP 800-38D §8.2.2: a random nonce of 96 bits. */
const NONCE_BYTES = 12;
/** Decoders skip stray characters and bits (RFC 4648 §3.5), but every change must be noticed. */
const BASE64 = /^[A-Za-z0-9+/]*(?:[AQgw]==|[AEIMQUYcgkosw048]=)?$/;
/** The full tag of GCM. Node also takes shorter tags, down to 4 bytes, and a forger could guess those. */
const TAG_BYTES = 16;

/** @returns whether a stored record is encrypted */
export function isSealed(record: string): boolean {
  return record.split('.')[0] === FORMAT;
}

/**
 * AES-256-GCM with a random nonce for each record. The keys come from HKDF-SHA-256 (RFC 5869). An encrypted record
 * reads `access-token-1.<key id>.<nonce>.<ciphertext>.<tag>`, in base64.
 */
export class AesGcmCipher implements RecordCipher {
  private derived: Key[] | undefined;

  /** @param secrets the first one encrypts; the others, from before a key change, only decrypt */
  constructor(
    private readonly secrets: readonly string[],
    private readonly crypto: CipherCrypto,
  ) {}

  seal(text: string, tokenName: string): string {
    const [key] = this.keys;
    if (key === undefined) throw new AccessTokenError('encryption_key_unknown', 'There is no key to encrypt with.');
    const nonce = this.crypto.randomBytes(NONCE_BYTES);
    const cipher = this.crypto.createCipheriv('aes-256-gcm', key.bytes, nonce);
    cipher.setAAD(this.associatedData(tokenName));
    const ciphertext = cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
    return [FORMAT, key.id, toBase64(nonce), ciphertext, toBase64(cipher.getAuthTag())].join('.');
  }

  open(sealed: string, tokenName: string): string | null {
    const [, id, nonce, ciphertext, tag, ...more] = sealed.split('.');
    if (!isSealed(sealed)) return sealed;
    if (nonce === undefined || ciphertext === undefined || tag === undefined || more.length > 0) return null;
    const key = this.keys.find((candidate) => candidate.id === id);
    if (key === undefined) {
      throw new AccessTokenError('encryption_key_unknown', `The record of "${tokenName}" is encrypted with another key.`);
    }
    try {
      if (![nonce, ciphertext, tag].every((part) => part.length % 4 === 0 && BASE64.test(part))) return null;
      const [nonceBytes, tagBytes] = [fromBase64(nonce), fromBase64(tag)];
      if (nonceBytes?.length !== NONCE_BYTES || tagBytes?.length !== TAG_BYTES) return null;
      const decipher = this.crypto.createDecipheriv('aes-256-gcm', key.bytes, nonceBytes);
      decipher.setAAD(this.associatedData(tokenName));
      decipher.setAuthTag(tagBytes);
      return decipher.update(ciphertext, 'base64', 'utf8') + decipher.final('utf8');
    } catch {
      // The tag doesn't match: the record was damaged, or moved here from another name.
      return null;
    }
  }

  /** Derived on first use, so that a refused message doesn't pay for it. */
  private get keys(): Key[] {
    this.derived ??= this.secrets.map((secret) => ({
      id: toBase64(this.derive(secret, 'key id', KEY_ID_BYTES)),
      bytes: this.derive(secret, 'record key', KEY_BYTES),
    }));
    return this.derived;
  }

  private derive(secret: string, info: string, length: number): Uint8Array {
    return new Uint8Array(this.crypto.hkdfSync('sha256', secret, '', `${FORMAT} ${info}`, length));
  }

  /** A digest, because not every platform can turn text into bytes. */
  private associatedData(tokenName: string): Uint8Array {
    return this.crypto.createHash('sha256').update(tokenName).digest();
  }
}
