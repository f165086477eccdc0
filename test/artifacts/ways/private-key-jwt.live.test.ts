import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

import { certified, EC, pemOf, RSA } from '../../oauth/assertion/keys';
import { ArtifactPlatform } from '../../support/artifact-platform';
import { runExecution } from '../support/executions';

const ALGORITHMS: [alg: string, key: KeyObject][] = [
  ['RS256', RSA],
  ['PS256', RSA],
  ['ES256', EC],
];

let provider: ChildProcess;
let issuer: string;
let platform: ArtifactPlatform;

/** A client is named for its algorithm. */
beforeAll(async () => {
  const clients = ALGORITHMS.map(([alg, key]) => ({ client_id: alg, alg, jwk: { ...createPublicKey(key).export({ format: 'jwk' }), kid: 'key-1', alg, use: 'sig' } }));
  provider = spawn(process.execPath, [join(__dirname, 'support/oidc-provider.mjs'), JSON.stringify(clients)], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [line] = (await Promise.race([once(provider.stdout as NodeJS.ReadableStream, 'data'), once(provider, 'exit')])) as [Buffer | number | null];
  issuer = String(line).trim();
  expect(issuer).toMatch(/^http/);
  platform = await ArtifactPlatform.start();
});

afterAll(async () => {
  const ended = once(provider, 'exit');
  provider.stdin?.end();
  await Promise.all([ended, platform.close()]);
});

const connection = (clientId: string, members: object) => ({ tokenUrl: `${issuer}/token`, clientId, algorithm: clientId, keyId: 'key-1', use: 'client', scope: 'read', ...members });
const run = (signedJwtConnection: object, changes: object = {}) => runExecution(process.execPath, { config: { authentication: 'signedJwt', signedJwtConnection, ...changes } });

describe.each(ALGORITHMS)('oidc-provider takes the assertions of the built node: %s', (alg, key) => {
  test.each([
    ['its token URL', {}],
    ['its issuer, which FAPI 2.0 wants', { audience: () => issuer }],
  ])('with the audience %s', async (_, { audience = () => undefined }: { audience?: () => string | undefined }) => {
    const outcome = await run(connection(alg, { key: pemOf(key), audience: audience() }));
    expect(outcome).toMatchObject({ branch: 'success', result: { token_type: 'Bearer', grant: 'client_credentials', refreshed: true, source: 'token_endpoint' } });
    expect(outcome.result.expires_in).toBeGreaterThan(0);
  });

  test('again and again, each of them new, and into the shared store', async () => {
    const endpointConnection = { url: platform.storeUrl, endpointSecret: platform.endpointSecret };
    const shared = { store: 'endpoint', endpointConnection, tokenName: alg };
    const first = await run(connection(alg, { key: pemOf(key) }), shared);
    await platform.storageSettled();
    const second = await run(connection(alg, { key: pemOf(key) }), { ...shared, rejectedToken: first.result.access_token });
    expect(second).toMatchObject({ branch: 'success', result: { refreshed: true, source: 'token_endpoint' } });
    expect(second.result.access_token).not.toBe(first.result.access_token);
    await platform.storageSettled();
    expect(platform.record(alg)).toMatchObject({ token: { access_token: second.result.access_token }, version: 2 });
  });
});

test('it refuses another key, and another algorithm than the client has', async () => {
  const { key: other } = await certified('ec');
  const settings: [clientId: string, members: object][] = [
    ['ES256', { key: pemOf(other) }],
    ['PS256', { key: pemOf(RSA), algorithm: 'RS256' }],
    ['RS256', { key: pemOf(RSA), audience: 'https://elsewhere.example.com' }],
  ];
  for (const [clientId, members] of settings) {
    const { branch, result } = await run(connection(clientId, members));
    expect(branch).toBe('error');
    expect(result.error).toMatchObject({ code: 'invalid_client', status: 401, remedy: expect.stringContaining('knows the key') as string });
  }
});
