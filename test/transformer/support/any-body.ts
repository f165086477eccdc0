import fc from 'fast-check';

import { MemorySessions } from '../../support/memory-sessions';
import { ENDPOINT_SECRET, StoreEndpoint } from '../../support/store-endpoint';
import { failureOf, recordOf, START } from '../../support/token-records';
import { tries } from '../../support/tries';

const NAME = 'accessToken';

const VALID: Record<string, unknown>[] = [
  { op: 'read', tokenName: NAME, chain: true },
  { op: 'checkout', tokenName: NAME, owner: 'bert', leaseMs: 15_000, refreshPercent: 90, rejected: '01234567' },
  { op: 'commit', tokenName: NAME, owner: 'anna', ifVersion: 1, record: recordOf('two', START) },
  { op: 'release', tokenName: NAME, owner: 'anna', failure: failureOf(START) },
  {
    op: 'beat',
    chainId: 'chain',
    hop: 7,
    owner: 'hop 7',
    leaseMs: 30_000,
    tokens: [{ tokenName: NAME, refreshPercent: 90 }],
  },
];

const odd = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>('', null, -1, 0, 1e308, -0, 2 ** 53, '__proto__', 'constructor', [], {}, 'x'.repeat(300)),
);

/** A value with one member somewhere in it replaced, added or taken away. */
function mutated(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return odd;
  const members = Object.entries(value);
  return fc
    .tuple(fc.constantFrom<[string, unknown]>(...members, ['extra', 1]), fc.nat(2))
    .chain(([[key, member], what]): fc.Arbitrary<unknown> => {
      const others = members.filter(([name]) => name !== key);
      if (what === 0) return fc.constant(Object.fromEntries(others));
      return (what === 1 ? odd : mutated(member)).map((change) => Object.fromEntries([...others, [key, change]]));
    });
}

const operation = fc.constantFrom(...VALID).chain((valid) => fc.oneof(fc.constant<unknown>(valid), mutated(valid)));
const update = fc
  .constant({ token: { access_token: 'x', expires_in: 60 }, timestamp: START / 1000, tokenName: NAME })
  .chain((valid) => fc.oneof(fc.constant<unknown>(valid), mutated(valid)));

const body = fc.oneof(
  operation.map((tokenStore) => ({ tokenStore })),
  update,
  fc.jsonValue(),
  fc.record({ userId: fc.string(), sessionId: fc.string(), text: fc.string(), data: fc.jsonValue() }),
);

/** A body with one of these in it: the right secret, something else, or nothing. */
const secret = fc.oneof(fc.constant('right'), fc.constant('none'), fc.jsonValue());

function withSecret(value: unknown, which: unknown): unknown {
  if (which === 'none' || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return { ...value, endpointSecret: which === 'right' ? ENDPOINT_SECRET : which };
}

async function filledEndpoint(): Promise<{ sessions: MemorySessions; endpoint: StoreEndpoint }> {
  const sessions = new MemorySessions();
  const endpoint = new StoreEndpoint(sessions.get);
  await endpoint.operate({
    op: 'commit',
    tokenName: NAME,
    owner: 'anna',
    ifVersion: 0,
    record: recordOf('one', START),
  });
  await endpoint.operate({ op: 'beat', chainId: 'chain', hop: 1, owner: 'hop 1', leaseMs: 1, tokens: [] });
  return { sessions, endpoint };
}

/** @param share of the requests that a soak tries */
export function testAnyBody(share: number): void {
  const many = tries(2000, share);

  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(START);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  test('whatever comes in: no throw, no 5xx, no change without the secret, no Flow run with one', async () => {
    const seen = { refused: 0, malformed: 0, carriedOut: 0, chat: 0 };
    await fc.assert(
      fc.asyncProperty(body, secret, async (value, which) => {
        const sent = withSecret(value, which);
        const hasSecret = typeof sent === 'object' && sent !== null && Object.keys(sent).includes('endpointSecret');
        const isRight = hasSecret && (sent as { endpointSecret: unknown }).endpointSecret === ENDPOINT_SECRET;
        const { sessions, endpoint } = await filledEndpoint();
        const before = sessions.dump();

        const { status, returned, body: answer } = await endpoint.post(sent);

        if (status === undefined) {
          seen.chat += 1;
          expect(returned).not.toBeNull();
          expect(hasSecret).toBe(false);
        } else {
          expect([200, 400, 401, 409]).toContain(status);
          expect(returned).toBeNull();
          expect(status === 401).toBe(!isRight);
          if (status === 400)
            expect(answer).toEqual({ error: 'invalid_request', field: expect.stringMatching(/./) as unknown });
          seen[status === 401 ? 'refused' : status === 400 ? 'malformed' : 'carriedOut'] += 1;
        }
        if (!isRight || status === 400) expect(sessions.dump()).toBe(before);
        expect(JSON.stringify([answer ?? null, endpoint.logs])).not.toContain(ENDPOINT_SECRET);
      }),
      many,
    );
    // The arbitraries reach every branch, many times over.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(many.numRuns / 50);
  });

  test('after any operation the store still answers, and beats with finite times', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 5 }), async (operations) => {
        const { endpoint } = await filledEndpoint();
        for (const tokenStore of operations) await endpoint.post({ endpointSecret: ENDPOINT_SECRET, tokenStore });
        const beat = { op: 'beat', chainId: 'a chain nobody knows', hop: 0, owner: 'new', leaseMs: 1 } as const;
        const { status, body: answer } = await endpoint.operate({
          ...beat,
          tokens: [{ tokenName: NAME, refreshPercent: 90 }],
        });
        expect(status).toBe(200);
        const { schedule } = answer as { schedule: Record<string, unknown>[] };
        expect(schedule).toHaveLength(1);
        expect(schedule[0]).toMatchObject({
          refreshAt: expect.any(Number) as unknown,
          expiresAt: expect.any(Number) as unknown,
        });
      }),
      tries(300, share),
    );
  });
}
