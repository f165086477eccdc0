import { fingerprint } from '../../../tools/sandbox/studio/fingerprint';
import { readStoredToken, StoreSilent } from '../../../tools/sandbox/studio/stored-token';
import { LoopbackServer } from '../../support/loopback-server';

let store: LoopbackServer;

beforeEach(async () => {
  store = await LoopbackServer.start();
});
afterEach(() => store.stop());

function answering(body: object): void {
  store.answer = (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}

function read(refreshPercent = 75): ReturnType<typeof readStoredToken> {
  return readStoredToken({ endpointUrl: `${store.url}/abc`, endpointSecret: 'secret' }, 'crm', refreshPercent);
}

const RECORD = { version: 4, timestamp: 1_700_000_000, token: { access_token: 'canary-token', token_type: 'Bearer', expires_in: 60 } };

it('asks as the nodes do, and only looks', async () => {
  answering({ record: null, now: 0 });
  await read();
  const [request] = store.requests;
  expect(store.requests).toHaveLength(1);
  expect(request).toMatchObject({ method: 'POST', url: '/abc', headers: { 'content-type': 'application/json' } });
  expect(JSON.parse(String(request?.body))).toEqual({ endpointSecret: 'secret', tokenStore: { op: 'read', tokenName: 'crm' } });
});

it('knows no token where the store has none', async () => {
  answering({ record: null, now: 0 });
  expect(await read()).toEqual({});
});

it('tells why there is no token', async () => {
  const failure = { code: 'token_endpoint_unavailable', attempts: 3, retryAt: 1_700_000_050_000 };
  answering({ record: null, failure: { ...failure, at: 1_700_000_046_000 }, now: 0 });
  expect(await read()).toEqual({ failure });
});

it('tells the times in milliseconds, and the fingerprint instead of the token itself', async () => {
  answering({ record: RECORD, now: 0 });
  expect(await read()).toEqual({
    token: {
      version: 4,
      fingerprint: fingerprint('canary-token'),
      issuedAt: 1_700_000_000_000,
      refreshAt: 1_700_000_045_000,
      expiresAt: 1_700_000_060_000,
    },
  });
});

it("tells of a user's consent and of a refresh token, and not the refresh token itself", async () => {
  const token = { ...RECORD.token, refresh_token: 'canary-refresh-token' };
  answering({ record: { ...RECORD, grant: 'authorization_code', token }, now: 0 });
  const contents = await read();
  expect(contents).toMatchObject({ token: { isFromConsent: true, hasRefreshToken: true } });
  expect(JSON.stringify(contents)).not.toContain('canary');
  answering({ record: { ...RECORD, grant: 'refresh_token', token }, now: 0 });
  expect((await read()).token).not.toHaveProperty('isFromConsent');
});

it.each([
  [50, 1_700_000_030_000],
  [100, 1_700_000_060_000],
])('refreshes at %p percent of the lifetime', async (percent, refreshAt) => {
  answering({ record: RECORD, now: 0 });
  expect(await read(percent)).toMatchObject({ token: { refreshAt, expiresAt: 1_700_000_060_000 } });
});

it('tells why the last refresh failed', async () => {
  const failure = { code: 'token_endpoint_unavailable', attempts: 3, retryAt: 1_700_000_050_000 };
  answering({ record: { ...RECORD, failure: { ...failure, at: 1_700_000_046_000 } }, now: 0 });
  expect(await read()).toMatchObject({ token: { version: 4 }, failure });
});

describe('when the store does not tell', () => {
  async function expectSilence(what: string, patienceMs?: number): Promise<void> {
    const asked = readStoredToken({ endpointUrl: store.url, endpointSecret: 'secret' }, 'crm', 75, patienceMs);
    const error: unknown = await asked.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreSilent);
    expect((error as StoreSilent).message).toBe(what);
  }

  it.each([401, 404, 503])('is no lost token: %p', async (status) => {
    store.answer = (response) => {
      response.statusCode = status;
      response.end(JSON.stringify({ record: null, now: 0 }));
    };
    await expectSilence(`answered ${status}`);
  });

  it.each(['', '<html>', 'null', '[]', '{}', '{"text":"Hello!"}'])('is no lost token: %j', async (text) => {
    store.answer = (response) => response.end(text);
    await expectSilence('answered, but not as a store does');
  });

  it('is no lost token: a broken connection, or none', async () => {
    store.answer = (response) => response.destroy();
    await expectSilence('did not answer');
    const { url } = store;
    await store.stop();
    const asked = readStoredToken({ endpointUrl: url, endpointSecret: 'secret' }, 'crm', 75);
    await expect(asked).rejects.toBeInstanceOf(StoreSilent);
    store = await LoopbackServer.start();
  });

  it('is not waited for without end', async () => {
    store.answer = () => undefined;
    await expectSilence('did not answer', 20);
  });
});
