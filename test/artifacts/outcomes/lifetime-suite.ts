import { expectTold, issue, refuse } from '../../support/outcome-world';
import type { Answer, Conversation, Outcome, OutcomeWorld, Seen } from '../../support/outcome-world';
import { jwtOf } from '../../support/jwt';
import type { Subjects } from './subjects';

const HOUR = 3600;
const TEN_YEARS = 315_360_000;

interface Case {
  /** How far the worker's clock is ahead of the server's, seconds. */
  ahead?: number;
  /** @param now the server's clock, Unix seconds */
  answer: (now: number) => Answer;
  /** Seconds to live. */
  lives: number;
  defaultLifetimeSeconds?: number;
  /** How often the server is asked; once where absent. */
  requests?: number;
  isAssumed?: true;
}

const plain = (members: object) => () => issue('opaque-token', { expires_in: undefined, ...members });
const jwt = (claims: (now: number) => object, members: object = {}) => (now: number) => issue(jwtOf(claims(now)), { expires_in: undefined, ...members });

const CASES: [what: string, Case][] = [
  ['a JWT that ends before its answer says', { answer: jwt((now) => ({ iat: now, exp: now + 30 }), { expires_in: 3600 }), lives: 30 }],
  ['an answer that ends before its JWT does', { answer: jwt((now) => ({ iat: now, exp: now + HOUR }), { expires_in: 30 }), lives: 30 }],
  ['a JWT alone, with the clock here 50 minutes behind', { ahead: -3000, answer: jwt((now) => ({ iat: now, exp: now + HOUR })), lives: HOUR }],
  ['a JWT alone, with the clock here 2 hours ahead', { ahead: 7200, answer: jwt((now) => ({ iat: now, exp: now + HOUR })), lives: HOUR }],
  ['a JWT alone, without iat', { answer: jwt((now) => ({ exp: now + HOUR })), lives: HOUR }],
  ['a JWT and an answer, with the clock here 2 hours ahead', { ahead: 7200, answer: jwt((now) => ({ iat: now, exp: now + HOUR }), { expires_in: 1800 }), lives: 1800 }],
  ['a number as text', { answer: plain({ expires_in: '3600' }), lives: HOUR }],
  ['milliseconds, as its expires_at shows', { answer: (now) => issue('t', { expires_in: HOUR * 1000, expires_at: now + HOUR }), lives: HOUR }],
  ['milliseconds, as its JWT shows', { answer: jwt((now) => ({ iat: now, exp: now + HOUR }), { expires_in: HOUR * 1000 }), lives: HOUR }],
  ['the time of its end only, in milliseconds', { answer: (now) => issue('t', { expires_in: undefined, expires_at: (now + HOUR) * 1000 }), lives: HOUR }],
  ['1e308', { answer: plain({ expires_in: 1e308 }), lives: TEN_YEARS }],
  ['the text 1e308', { answer: plain({ expires_in: '1e308' }), lives: TEN_YEARS }],
  ['nothing', { answer: plain({}), lives: 900, isAssumed: true }],
  ['null', { answer: plain({ expires_in: null }), lives: 900, isAssumed: true }],
  ['no number', { answer: plain({ expires_in: 'soon' }), lives: 900, isAssumed: true }],
  ['nothing, with a default lifetime', { answer: plain({}), lives: 600, defaultLifetimeSeconds: 600 }],
  ['0, with a default lifetime', { answer: plain({ expires_in: 0 }), lives: 600, defaultLifetimeSeconds: 600, requests: 2 }],
  ['-1, with a default lifetime', { answer: plain({ expires_in: -1 }), lives: 600, defaultLifetimeSeconds: 600, requests: 2 }],
];

/** The cases in which it matters by whose clock a store goes, or what it keeps besides. */
const OF_EACH_STORE = CASES.filter(([, { ahead, isAssumed, requests }]) => ahead !== undefined || isAssumed === true || requests !== undefined);

/** How long a token lives, whoever says so or does not, and what is done before it ends. */
export function testLifetime(worldNow: () => OutcomeWorld, { stores, withFunction }: Subjects): void {
  let world: OutcomeWorld;
  beforeEach(() => {
    world = worldNow();
  });

  const seconds = () => Math.floor(world.clock.now() / 1000);

  function answerWith({ answer, ahead = 0 }: Case): void {
    world.aheadMs = ahead * 1000;
    world.answer = ({ at }) => answer(Math.floor(at / 1000));
  }

  function expectLife({ result }: Outcome, { lives, isAssumed }: Case): void {
    // Rounded down, and some milliseconds old.
    expect([lives - 1, lives]).toContain(result.expires_in);
    expect(Number.isSafeInteger(result.expires_at)).toBe(true);
    expect(result.lifetime_assumed).toBe(isAssumed);
  }

  describe.each(stores)('what says how long a token lives, with the store "%s"', (store) => {
    test.each(store === 'conversation' ? CASES : OF_EACH_STORE)('%s', async (_, expected) => {
      answerWith(expected);
      const { defaultLifetimeSeconds, requests = 1, isAssumed } = expected;
      const outcome = await world.run(world.config(store, {}, { defaultLifetimeSeconds }));
      expect(outcome.branch).toBe('OnSuccess');
      expect(outcome.sent).toHaveLength(requests);
      expectLife(outcome, expected);
      expect(outcome.log).toMatch(isAssumed === true ? /Nobody says how long the token lives: 900 s are assumed/ : /^$/);
    });

    test('0 is asked for once more, and good then', async () => {
      world.play(issue('token-1', { expires_in: 0 }), issue('token-2'));
      expect(await world.run(world.config(store))).toMatchObject({ result: { access_token: 'token-2' }, sent: [{}, {}] });
    });

    test('0 again is an error, whose remedy is a default lifetime', async () => {
      world.play(issue('token', { expires_in: 0 }));
      const { result, sent } = await world.run(world.config(store));
      expectTold(result.error, { code: 'token_already_expired', remedy: /^Set a default lifetime/, status: 200 });
      expect(sent).toHaveLength(2);
    });

    test('a token that lives for ten years at most is refreshed in the end', async () => {
      world.answer = (_, index) => issue(`token-${index}`, { expires_in: 1e308 });
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      await world.pass(TEN_YEARS * 0.91);
      expect((await world.run(world.config(store), conversation)).result).toMatchObject({ access_token: 'token-1', refreshed: true });
    });
  });

  describe.each(stores)('until a token ends, with the store "%s"', (store) => {
    /** Runs the node at these seconds of a conversation, and sees to it that there is always a token. */
    async function expectTokenAt(...times: number[]): Promise<void> {
      const conversation: Conversation = { context: {} };
      const start = world.clock.now();
      for (const time of times) {
        await world.clock.advanceTo(Math.max(world.clock.now(), start + time * 1000));
        const { result } = await world.run(world.config(store), conversation);
        expect([time, result.error?.code]).toEqual([time, undefined]);
      }
    }

    test('the same token, answered again with what is left of its life, costs one request besides the first', async () => {
      world.answer = sameUntilItEnds(10_000);
      await expectTokenAt(0, 5000, 9001, 9500, 9901, 9950, 9991, 9995);
      expect(world.sent).toHaveLength(2);
      await expectTokenAt(2, 3, 4, 5, 6, 7);
      // The last of its seconds may be counted as none.
      expect(world.sent.length).toBeLessThanOrEqual(5);
    });

    test('a refresh that is refused until 99 % of its life succeeds before the end', async () => {
      world.answer = refusedUntil(297, 300);
      await expectTokenAt(0, ...Array.from({ length: 45 }, (_, second) => 268 + second));
      expect(world.sent.length).toBeGreaterThan(4);
    });

    test('0.8 s before its end, a refresh of 1.5 s is waited for', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      world.latencyMs = 1500;
      await world.clock.advanceTo((seconds() + 100) * 1000 - 900);
      const { result } = await world.run(world.config(store), conversation);
      expect(result).toMatchObject({ access_token: 'token-2', refreshed: true });
      expect(result.expires_in).toBeGreaterThan(95);
    });

    test('some seconds before its end, a refresh that takes too long is not waited for', async () => {
      const conversation: Conversation = { context: {} };
      await world.run(world.config(store), conversation);
      world.latencyMs = 30_000;
      await world.clock.advanceTo((seconds() + 94) * 1000);
      const { branch, result } = await world.run(world.config(store), conversation);
      expect(branch).toBe('OnSuccess');
      expect(result).toMatchObject({ access_token: 'token-1', stale: true, warning: { code: 'token_endpoint_unreachable' } });
    });
  });

  if (!withFunction) return;

  describe('the Function', () => {
    test.each(CASES)('%s', async (_, expected) => {
      answerWith(expected);
      // One request a hop: it asks once more with the next.
      const { defaultLifetimeSeconds } = expected;
      const { log, sent } = await world.hop({ defaultLifetimeSeconds });
      expect(sent).toHaveLength(1);
      if (expected.isAssumed) expect(log).toContain('900 s are assumed');
      world.aheadMs = 0;
      const outcome = await world.run(world.config('endpoint'));
      expect(outcome).toMatchObject({ result: { source: 'store' }, sent: [] });
      expect(outcome.result.expires_in).toBeGreaterThanOrEqual(expected.lives - 10);
      expect(outcome.result.expires_in).toBeLessThanOrEqual(expected.lives);
      expect(outcome.result.lifetime_assumed).toBe(expected.isAssumed);
    });

    test('0 is an error, and no busy loop', async () => {
      world.play(issue('token', { expires_in: 0 }));
      const start = world.clock.now();
      for (let hop = 0; hop < 10; hop += 1) expect((await world.hop()).log).toMatch(/ token_already_expired token=.* Set a default lifetime/);
      expect(world.clock.now() - start).toBeGreaterThan(150_000);
    });

    test.each<[string, () => OutcomeWorld['answer']]>([
      ['the same token, answered again', () => sameUntilItEnds()],
      ['a refresh that is refused until 95 %', () => refusedUntil(95, 100)],
    ])('%s: hardly a moment without a token, and few requests', async (_, answer) => {
      const tokens = new Map<unknown, number>();
      const server = answer();
      world.answer = (request, index) => {
        const answered = server(request, index) as { data: string };
        const { access_token } = JSON.parse(answered.data) as { access_token?: string };
        if (access_token !== undefined && !tokens.has(access_token)) tokens.set(access_token, request.at);
        return answered;
      };
      const end = world.clock.now() + 350_000;
      while (world.clock.now() < end) await world.hop();
      const gaps = [...tokens.values()].map((at, index, all) => (all[index + 1] ?? at) - at - 100_000);
      expect(gaps.length).toBeGreaterThan(2);
      // An instance takes 1.5 s to start.
      expect(Math.max(...gaps)).toBeLessThan(3000);
      expect(world.sent.length).toBeLessThanOrEqual(24);
    });
  });

  /** A server that gives out one token until it ends, with what is left of its life in seconds. */
  function sameUntilItEnds(lifetime = 100): (request: Seen) => Answer {
    let issuedAt = -Infinity;
    return ({ at }) => {
      if (at - issuedAt >= lifetime * 1000) issuedAt = at;
      return issue(`issued-at-${issuedAt}`, { expires_in: Math.floor((issuedAt - at) / 1000 + lifetime) });
    };
  }

  /** A server that refuses with a code of its own until a token has lived for so many seconds. */
  function refusedUntil(seconds: number, expires_in: number): (request: Seen, index: number) => Answer {
    let issuedAt = -Infinity;
    return ({ at }, index) => {
      if (at - issuedAt < seconds * 1000) return refuse('access_denied');
      issuedAt = at;
      return issue(`token-${index}`, { expires_in });
    };
  }
}
