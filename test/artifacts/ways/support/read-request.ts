import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';

import type { HttpRequest } from '../../../../src/http';

/** A request as its reader understands it. */
export interface ReadRequest {
  method: string;
  url: string;
  /** All others than those that each token request has. */
  headers?: Record<string, string>;
  /** What the Basic header says, decoded once. */
  basic?: string;
  /** Of a form or of JSON: its members, the assertion as what it says. */
  body?: Record<string, unknown>;
}

/** What an assertion says, its signature verified by jose. */
export interface ReadAssertion {
  header: object;
  /** Without `jti`; times in seconds from when it was made. */
  claims: object;
}

/** The `jti` of every assertion that was read. */
export type SeenIds = string[];

const FORM = 'application/x-www-form-urlencoded';
const ASSERTIONS = ['assertion', 'client_assertion'];

/**
 * @param now Unix seconds, when it left
 * @param keys those that sign: an assertion by another one is `'not by a known key'`
 */
export async function readRequest({ method, url, headers, body }: HttpRequest, now: number, keys: readonly KeyObject[], ids: SeenIds): Promise<ReadRequest> {
  const { accept, 'content-type': type, authorization = '', ...others } = headers;
  expect(accept).toBe('application/json');
  const [, basic] = /^Basic (.+)$/.exec(authorization) ?? [];
  const shown = authorization !== '' && basic === undefined ? { ...others, authorization } : others;
  const read: ReadRequest = { method, url };
  if (Object.keys(shown).length > 0) read.headers = shown;
  if (basic !== undefined) read.basic = Buffer.from(basic, 'base64').toString();
  if (body === '') return read;
  if (typeof body !== 'string') throw new Error('The body is no text.');
  if (type !== FORM) return { ...read, headers: { ...shown, 'content-type': String(type) }, body: JSON.parse(body) as Record<string, unknown> };
  read.body = Object.fromEntries(new URLSearchParams(body));
  for (const name of ASSERTIONS) {
    const jwt = read.body[name];
    if (typeof jwt === 'string') read.body[name] = await readAssertion(jwt, now, keys, ids);
  }
  return read;
}

async function readAssertion(jwt: string, now: number, keys: readonly KeyObject[], ids: SeenIds): Promise<ReadAssertion | string> {
  const header = decodeProtectedHeader(jwt);
  for (const key of keys) {
    const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    try {
      const verified = await jwtVerify(jwt, await importSPKI(spki, String(header.alg)), { currentDate: new Date(now * 1000) });
      const { jti, iat = 0, exp = 0, ...claims } = verified.payload;
      ids.push(String(jti));
      return { header, claims: { ...claims, iat: iat - now, exp: exp - now } };
    } catch {
      // Not by this one.
    }
  }
  return 'not by a known key';
}
