import { verify } from 'node:crypto';
import express, { type Express } from 'express';
import type { HttpClient } from '../http-client';
import { isJsonObject, type JsonObject } from '../json';
import type { Faults } from './faults';
import type { RunningProvider } from './provider';

export interface ApiCounts {
  accepted: number;
  refused: number;
  /** How many of the refused calls had a token that was revoked before it expired. */
  revoked: number;
}

export interface ProtectedApiInput {
  running: RunningProvider;
  introspectionUrl: string;
  http: HttpClient;
  faults: Faults;
  counts: ApiCounts;
}

/** An API that introspects every token it gets (RFC 7662). */
export function createProtectedApi(input: ProtectedApiInput): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/api/hello', async (request, response) => {
    const faulted = await input.faults.next('api');
    if (faulted !== undefined) {
      faulted.send(response);
      return;
    }
    const token = /^Bearer +([A-Za-z0-9._~+/=-]+)$/i.exec(request.get('authorization') ?? '')?.[1];
    const claims = token === undefined ? undefined : await readToken(token, input);
    if (claims === undefined) {
      input.counts.refused += 1;
      // RFC 6750 §3.1: no error code if the request had no token.
      const problem =
        token === undefined ? '' : ', error="invalid_token", error_description="unknown, expired or revoked"';
      response.status(401).set('WWW-Authenticate', `Bearer realm="protected-api"${problem}`);
      response.json(token === undefined ? {} : { error: 'invalid_token' });
      return;
    }
    input.counts.accepted += 1;
    response.json({ message: 'hello', client_id: claims.client_id, scope: claims.scope, exp: claims.exp });
  });
  return app;
}

/** @returns the claims of a valid token, else `undefined`. Counts the revoked ones. */
async function readToken(token: string, input: ProtectedApiInput): Promise<JsonObject | undefined> {
  // The server stores no JWT access tokens and refuses to introspect them, so the API validates them itself (RFC 9068 §4).
  if (token.split('.').length === 3) return readJwt(token, input);
  const { clientId, clientSecret } = input.running.resourceServer;
  const { data } = await input.http({
    method: 'POST',
    url: input.introspectionUrl,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    data: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
  });
  const isAccessToken = isJsonObject(data) && data.active === true && data.token_type === 'Bearer';
  if (isAccessToken) return data;
  // For the server, an opaque token is its own id.
  if (input.running.isRevoked(token)) input.counts.revoked += 1;
  return undefined;
}

function readJwt(token: string, { running, counts }: ProtectedApiInput): JsonObject | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const isSigned = verify(
    'sha256',
    Buffer.from(`${header}.${payload}`),
    // RFC 7518 §3.4.
    { key: running.publicKey, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!isSigned) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!isJsonObject(claims) || typeof claims.exp !== 'number' || Date.now() / 1000 >= claims.exp) return undefined;
  if (!running.isRevoked(String(claims.jti))) return claims;
  counts.revoked += 1;
  return undefined;
}
