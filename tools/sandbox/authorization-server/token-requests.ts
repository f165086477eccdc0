import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { isJsonObject } from '../json';
import type { Faults } from './faults';
import { realTime } from './server-clock';
import type { TokenRequestRecord } from './types';

/** Applies the faults to the token endpoint and records every request to it. */
export function recordTokenRequests(provider: Provider, faults: Faults, records: TokenRequestRecord[]): void {
  provider.use(async (context, next) => {
    if (context.path !== '/token' || context.method !== 'POST') {
      await next();
      return;
    }
    const at = realTime();
    const faulted = await faults.next('token');
    if (faulted !== undefined) {
      context.respond = false;
      const grantType = await readGrantType(context.req);
      records.push({ at, answeredAt: realTime(), grantType, status: faulted.status });
      faulted.send(context.res);
      return;
    }
    await next();
    const body: unknown = context.body;
    // The provider's typings have its context only inside its own routes.
    const { oidc } = context as unknown as { oidc?: { params?: { grant_type?: string } } };
    records.push({
      at,
      answeredAt: realTime(),
      grantType: oidc?.params?.grant_type ?? '',
      status: context.status,
      ...(isJsonObject(body) && typeof body.error === 'string' ? { error: body.error } : {}),
    });
  });
}

async function readGrantType(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8')).get('grant_type') ?? '';
}
