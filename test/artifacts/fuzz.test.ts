import { nested } from '../support/hostile-json';
import { BEAT, CHAT, describeFuzz, FRESH, NAME, OPERATIONS, SECRET, subjectOf } from './support/fuzz';

// The same values each time: others, and many more of them, are in fuzz.soak.test.ts.
describeFuzz({ bodies: 150, records: 30, marks: 20, seed: 1 });

test("a chat message can't give itself out as the store's own user", async () => {
  for (const kind of ['rest', 'webhook', 'socket'] as const) {
    const { transformer } = await subjectOf(kind);
    for (const handler of transformer.handlers) {
      const ids = { userId: 'accessTokenStore', sessionId: `record:${NAME}` };
      const { returned } = await transformer.handle(handler, { ...CHAT, ...ids });
      expect(returned).toBeNull();
    }
  }
});

/** A commit of a token with something more in it. */
function commitOf(junk: unknown): object {
  return { ...OPERATIONS[2], record: { ...FRESH, token: { ...FRESH.token, junk } } };
}

const MEGABYTE = 'x'.repeat(1_000_000);
const MANY = Array.from({ length: 10_001 }, () => ({ tokenName: NAME, refreshPercent: 90 }));
/** How often each member of a body may be read: that the work grows with the body, and no faster. */
const MOST_READS = 3;
/** The members of what is around the junk. */
const FRAME = 10;

/** A value that counts how often something is read of it, however deep. */
function counted(value: object): { value: object; reads: () => number } {
  let reads = 0;
  const wrap = (inner: object): object =>
    new Proxy(inner, {
      get: (target, name, receiver) => {
        reads += 1;
        const member: unknown = Reflect.get(target, name, receiver);
        return typeof member === 'object' && member !== null ? wrap(member) : member;
      },
    });
  return { value: wrap(value), reads: () => reads };
}

// Time stands still: what waited for something would never be answered.
describe.each([
  ['the right secret', SECRET],
  ['a wrong secret', 'wrong'],
])('large or deep bodies are answered at once, with %s', (_, endpointSecret) => {
  test.each<[what: string, members: number, body: object]>([
    ['a megabyte beside the operation', 1, { tokenStore: OPERATIONS[0], junk: MEGABYTE }],
    ['a megabyte of token', 1, { tokenStore: commitOf(MEGABYTE) }],
    ['a list of ten thousand', 10_000, { tokenStore: commitOf(Array(10_000).fill(0)) }],
    ['a list of a million', 1_000_000, { tokenStore: commitOf(Array(1_000_000).fill(0)) }],
    ['100,000 levels', 100_000, { tokenStore: commitOf(nested(100_000)) }],
    ['a beat for too many tokens', 10_001, { tokenStore: { ...BEAT, tokens: MANY } }],
    ['a megabyte of secret', 1, { tokenStore: OPERATIONS[0], endpointSecret: MEGABYTE }],
  ])('%s', async (_what, members, body) => {
    const { transformer } = await subjectOf('rest');
    const { status } = await transformer.post({ endpointSecret, ...body });
    expect([200, 400, 401]).toContain(status);
    // Counting takes long for a million, and says no more than for ten thousand.
    if (members > 100_000) return;
    const { value, reads } = counted({ endpointSecret, ...body });
    await transformer.post(value);
    expect(reads()).toBeLessThanOrEqual(MOST_READS * (members + FRAME));
  });
});
