import type { CipherCrypto } from '../stores/ports/record-cipher';
import type { Session } from '../stores/ports/session-storage';

// The parts of a transformer's platform that the store uses.

/** Express's request, with the body parsed from JSON. */
export interface EndpointRequest {
  body?: unknown;
}

/** Express's response. */
export interface EndpointResponse {
  status(code: number): EndpointResponse;
  /** Absent on some hosts that don't use Express. */
  set?(header: string, value: string): unknown;
  json(body: unknown): unknown;
}

interface Digest {
  update(text: string): Digest;
  digest(): Uint8Array;
  digest(encoding: 'hex'): string;
}

/** Node's crypto module. */
export interface Crypto extends CipherCrypto {
  createHash(algorithm: 'sha256'): Digest;
  timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean;
}

export interface TransformerGlobals {
  crypto: Crypto;
  getSessionStorage: (userId: string, sessionId: string) => Promise<Session>;
  console: { warn(message: string): void; error(message: string): void };
}
