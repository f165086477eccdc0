import { TransportError } from '../../src/http';
import type { HttpRequest } from '../../src/http';
import { jsonAnswer } from '../support/recording-transport';
import { START } from '../support/token-records';
import * as support from './support';

const { errorResult, refuse, run, seed, SHARED } = support;

jest.mock('../../src/http/node-transport', () => jest.requireActual<typeof support>('./support').transportModule);
support.useWorld();

describe('time', () => {

  /** What the real transport does with a server that does not answer. */
  function timeOut(_: HttpRequest, timeoutMs: number): Promise<never> {
    return new Promise((_resolve, reject) => {
      setTimeout(() => reject(new TransportError('timeout')), timeoutMs);
    });
  }

  test('an expired token whose refresh hangs at somebody else is waited for, then it is an error', async () => {
    await seed('gone', 200);
    const lease = { op: 'checkout', tokenName: 'accessToken', owner: 'hung', leaseMs: 60_000, refreshPercent: 90 } as const;
    await support.world.endpoint.operate(lease);
    const { context } = await run('getAccessToken', SHARED);
    expect(context).toStrictEqual({ accessToken: errorResult('refresh_in_progress') });
    const elapsed = Date.now() - START;
    expect(elapsed).toBeGreaterThan(8000);
    expect(elapsed).toBeLessThan(15_000);
    expect(support.world.storeRequests).toBeLessThan(15);
  });

  test('one that is still valid is used at once', async () => {
    await seed('old', 95);
    const lease = { op: 'checkout', tokenName: 'accessToken', owner: 'hung', leaseMs: 60_000, refreshPercent: 90 } as const;
    await support.world.endpoint.operate(lease);
    const { context, logs } = await run('getAccessToken', SHARED);
    expect(context).toHaveProperty('accessToken.access_token', 'old');
    expect(logs).toEqual([]);
    expect(Date.now() - START).toBeLessThan(500);
  });

  test('a store that answers nothing at all ends in time', async () => {
    support.world.brokenStore = timeOut;
    const connection = { ...SHARED.connection, refreshToken: support.REFRESH_TOKEN };
    const { context } = await run('getAccessToken', { ...SHARED, connection });
    expect(context).toStrictEqual({ accessToken: errorResult('store_timeout') });
    expect(Date.now() - START).toBeLessThan(15_000);
  });

  test('a store that does not take the new token: it is used, with a warning, and in time', async () => {
    support.world.brokenStore = (request, timeoutMs) =>
      JSON.stringify(request.body).includes('"checkout"')
        ? support.world.endpoint.transport(request, timeoutMs)
        : timeOut(request, timeoutMs);
    const { context, branch } = await run('getAccessToken', SHARED);
    expect(branch).toBe('getAccessTokenOnSuccess');
    expect(context).toMatchObject({
      accessToken: { access_token: 'token-1', refreshed: true, warning: { code: 'store_timeout' } },
    });
    expect(Date.now() - START).toBeLessThan(15_000);
  });

  test('a token endpoint that answers only at the very end, and a slow store, are in time together', async () => {
    support.world.brokenStore = async (request, timeoutMs) => {
      await new Promise((resolve) => void setTimeout(resolve, Math.min(3900, timeoutMs - 1)));
      return support.world.endpoint.transport(request, timeoutMs);
    };
    support.world.answer = () => new Promise((resolve) => void setTimeout(() => resolve(support.world.issue()), 6000));
    const { branch } = await run('getAccessToken', SHARED);
    expect(branch).toBe('getAccessTokenOnSuccess');
    expect(Date.now() - START).toBeLessThan(15_000);
  });

  test('a note about a lease that could not be freed goes into the same single line', async () => {
    refuse('invalid_client', 401);
    support.world.brokenStore = (request, timeoutMs) =>
      JSON.stringify(request.body).includes('"release"')
        ? Promise.resolve(jsonAnswer(500, {}))
        : support.world.endpoint.transport(request, timeoutMs);
    const { logs, calls } = await run('getAccessToken', SHARED);
    expect(logs).toEqual([
      ['error', expect.stringMatching(/^\[access-token\] error invalid_client token=\w+ status=401 The .* lease_not_freed: .*could not be freed: The store answered HTTP 500/)],
    ]);
    expect(calls.length).toBeLessThanOrEqual(4);
  });
});
