import type { Token } from '../../src/lifetime';
import { MemorySessions } from '../support/memory-sessions';
import { ENDPOINT_SECRET, StoreEndpoint } from '../support/store-endpoint';
import { START, tokenOf } from '../support/token-records';

const NOW_SECONDS = START / 1000;
const HOUR = 3600;

let endpoint: StoreEndpoint;
beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(START);
  endpoint = new StoreEndpoint(new MemorySessions().get);
});
afterEach(() => jest.restoreAllMocks());

/** The whole body of a token that was refreshed elsewhere. */
async function update(access_token: string, timestamp: number, members: Partial<Token> = {}) {
  const token = tokenOf(access_token, { expires_in: HOUR, ...members });
  const { status, body } = await endpoint.post({ token, timestamp, endpointSecret: ENDPOINT_SECRET });
  return { status, body };
}

async function stored(): Promise<Partial<Token> | undefined> {
  const { body } = await endpoint.operate({ op: 'read', tokenName: 'accessToken' });
  return (body as { record: { token: Token } | null }).record?.token;
}

test('puts a token there, and a newer one in its place', async () => {
  expect(await update('first', NOW_SECONDS - 100)).toEqual({ status: 200, body: { version: 1 } });
  expect(await update('second', NOW_SECONDS - 50)).toEqual({ status: 200, body: { version: 2 } });
  expect(await update('again, in the same second', NOW_SECONDS - 50)).toEqual({ status: 200, body: { version: 3 } });
  expect(await stored()).toMatchObject({ access_token: 'again, in the same second' });
});

test.each([1, 50 * 60, 24 * HOUR])('that is %d s older than the stored one is answered, and changes nothing', async (seconds) => {
  await update('newer', NOW_SECONDS - 10, { refresh_token: 'newer too' });
  expect(await update('older', NOW_SECONDS - 10 - seconds)).toEqual({ status: 200, body: { version: 1 } });
  expect(await stored()).toMatchObject({ access_token: 'newer', refresh_token: 'newer too' });
});

test('that has expired takes the place of no living one, however new it is', async () => {
  await update('living', NOW_SECONDS - 1000);
  expect(await update('dead', NOW_SECONDS - 500, { expires_in: 400 })).toEqual({ status: 200, body: { version: 1 } });
  expect(await stored()).toMatchObject({ access_token: 'living' });
});

test('that has expired is better than nothing, and than an older one that has expired: its refresh token may live', async () => {
  await update('dead', NOW_SECONDS - 3 * HOUR, { refresh_token: 'first' });
  await update('dead too', NOW_SECONDS - 2 * HOUR, { refresh_token: 'second' });
  expect(await stored()).toMatchObject({ access_token: 'dead too', refresh_token: 'second' });
});

test('without a refresh token keeps the stored one', async () => {
  await update('first', NOW_SECONDS - 100, { refresh_token: 'kept' });
  await update('second', NOW_SECONDS - 50);
  expect(await stored()).toMatchObject({ access_token: 'second', refresh_token: 'kept' });
});

test.each([61, 99_999_999_999 - NOW_SECONDS])('from %d s ahead is refused by name, and changes nothing', async (seconds) => {
  await update('living', NOW_SECONDS);
  expect(await update('EVIL', NOW_SECONDS + seconds)).toEqual({ status: 400, body: { error: 'invalid_request', field: 'timestamp' } });
  expect(await stored()).toMatchObject({ access_token: 'living' });
});
