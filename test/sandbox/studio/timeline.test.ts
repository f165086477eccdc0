import type { FunctionInstance, SandboxEvent, TokenRequestRecord } from '../../../tools/sandbox';
import { fingerprint } from '../../../tools/sandbox/studio/fingerprint';
import type { StoredToken } from '../../../tools/sandbox/studio/stored-token';
import { Timeline, WINDOW_MS } from '../../../tools/sandbox/studio/timeline';
import { FakeClock, FIRST_NOW } from '../../support/fake-clock';

const LIFETIME_MS = 20_000;

let clock: FakeClock;
let timeline: Timeline;

beforeEach(() => {
  clock = new FakeClock();
  timeline = new Timeline(clock.now);
});

/** A token that was issued now. */
function token(version: number, accessToken = `token-${clock.now()}`): StoredToken {
  const issuedAt = clock.now();
  const times = { issuedAt, refreshAt: issuedAt + LIFETIME_MS / 2, expiresAt: issuedAt + LIFETIME_MS };
  return { version, fingerprint: fingerprint(accessToken), ...times };
}

/** The token as the page sees it. */
function lifeOf({ version, issuedAt, refreshAt, expiresAt }: StoredToken): object {
  return { version, issuedAt, refreshAt, expiresAt };
}

/** A node that ended with this result in its context, or in its input. */
function execution(result: unknown, place: 'context' | 'input' = 'context'): SandboxEvent {
  const empty = { context: {}, input: {}, profile: {}, logs: [], outputs: [], events: [], apiCalls: 1, durationMs: 1 };
  return { kind: 'execution', at: clock.now(), type: 'n', nodeId: 'n', result: { ...empty, [place]: { accessToken: result } } };
}

/** What the platform tells of the chain's hop. */
function hop(
  type: 'queued' | 'started' | 'ended',
  number: number | undefined,
  more: Partial<FunctionInstance> = {},
): SandboxEvent {
  const at = clock.now();
  const instance: FunctionInstance = {
    _id: `hop-${number ?? 0}`,
    functionId: 'f',
    status: 'active',
    parameters: number === undefined ? {} : { hop: number },
    httpRequests: 0,
    refusedHttpRequests: 0,
    log: [],
    trigger: 'manual',
    createdAt: at,
    ...more,
  };
  return { kind: 'function', event: { type, at, instance } };
}

function lives(tokenName = 'crm'): object[] {
  return timeline.snapshot().tokens.find((lane) => lane.tokenName === tokenName)?.lives ?? [];
}

function told(): string[] {
  return timeline.snapshot().events.map(({ kind, text }) => `${kind}: ${text}`);
}

describe('tokens', () => {
  it('show the stored one', () => {
    const first = token(1);
    timeline.stored('crm', { token: first });
    expect(lives()).toEqual([{ ...lifeOf(first), by: 'chain' }]);
    expect(told()).toEqual(['refresh: The chain fetched crm, version 1: it lives 20 s.']);
  });

  it("that a user's consent brought are nobody's refreshes; those that come of them are", () => {
    timeline.stored('crm', { token: token(1, 'first') });
    timeline.stored('crm', { token: { ...token(2, 'second'), isFromConsent: true, hasRefreshToken: true } });
    timeline.stored('crm', { token: { ...token(3, 'third'), hasRefreshToken: true } });
    expect(lives()).toMatchObject([{ by: 'chain' }, { by: 'consent', hasRefreshToken: true }, { by: 'chain', hasRefreshToken: true }]);
    expect(timeline.snapshot().counts.refreshes).toBe(1);
    expect(told().slice(1)).toEqual([
      'refresh: A consent brought crm, version 2: it lives 20 s, and has a refresh token.',
      'refresh: The chain fetched crm, version 3: it lives 20 s, and has a refresh token.',
    ]);
  });

  it('are the same however often they are looked at', () => {
    const first = token(1);
    timeline.stored('crm', { token: first });
    clock.advance(250);
    timeline.stored('crm', { token: { ...first } });
    expect(lives()).toHaveLength(1);
    expect(lives()[0]).not.toHaveProperty('endedAt');
    expect(told()).toHaveLength(1);
  });

  it('end when another one takes their place', () => {
    timeline.stored('crm', { token: token(1) });
    clock.advance(10_000);
    timeline.stored('crm', { token: token(2) });
    expect(lives()).toMatchObject([{ version: 1, endedAt: FIRST_NOW + 10_000, end: 'replaced' }, { version: 2 }]);
    expect(lives()[1]).not.toHaveProperty('endedAt');
    expect(timeline.snapshot().counts.refreshes).toBe(1);
  });

  it('are told apart where a lost store counts from 1 again', () => {
    timeline.stored('crm', { token: token(1) });
    clock.advance(3000);
    timeline.stored('crm', { token: token(1) });
    expect(lives()).toMatchObject([{ end: 'lost', endedAt: FIRST_NOW + 3000 }, { version: 1, issuedAt: FIRST_NOW + 3000 }]);
    expect(told()[1]).toBe('failure: The store has lost crm.');
  });

  it('end when the store loses them, and the next one begins anew', () => {
    timeline.stored('crm', { token: token(1) });
    clock.advance(5000);
    timeline.stored('crm', {});
    clock.advance(1000);
    timeline.stored('crm', {});
    expect(lives()).toMatchObject([{ endedAt: FIRST_NOW + 5000, end: 'lost' }]);
    expect(told().slice(1)).toEqual(['failure: The store has lost crm.']);
    timeline.stored('crm', { token: token(1) });
    expect(lives()).toMatchObject([{ end: 'lost', endedAt: FIRST_NOW + 5000 }, { version: 1 }]);
    expect(timeline.snapshot().counts.refreshes).toBe(1);
  });

  it('begin anew also where the store finds the lost one again', () => {
    const first = token(1);
    timeline.stored('crm', { token: first });
    timeline.stored('crm', {});
    timeline.stored('crm', { token: first });
    expect(lives()).toMatchObject([{ end: 'lost' }, { version: 1 }]);
  });

  it('are none where the store never had one', () => {
    timeline.stored('crm', {});
    expect(timeline.snapshot()).toMatchObject({ tokens: [{ tokenName: 'crm', lives: [] }], events: [], counts: { refreshes: 0 } });
  });

  it('have a lane for each name', () => {
    timeline.stored('crm', { token: token(1) });
    timeline.stored('mail', { token: token(7) });
    expect(lives()).toMatchObject([{ version: 1 }]);
    expect(lives('mail')).toMatchObject([{ version: 7 }]);
  });

  it('tell why the last refresh failed, until one succeeds', () => {
    const failure = { code: 'token_endpoint_unavailable', attempts: 2, retryAt: FIRST_NOW + 1000 };
    const first = token(1);
    timeline.stored('crm', { token: first, failure });
    expect(timeline.snapshot().tokens[0]?.failure).toEqual(failure);
    timeline.stored('crm', { token: first });
    expect(timeline.snapshot().tokens[0]).not.toHaveProperty('failure');
  });

  it('tell why there is none', () => {
    const failure = { code: 'token_endpoint_unavailable', attempts: 2, retryAt: FIRST_NOW + 1000 };
    timeline.stored('crm', { token: token(1) });
    timeline.stored('crm', { failure });
    expect(timeline.snapshot().tokens).toMatchObject([{ lives: [{ end: 'lost' }], failure }]);
    timeline.stored('crm', {});
    expect(timeline.snapshot().tokens[0]).not.toHaveProperty('failure');
  });
});

describe('who fetched a token', () => {
  const access_token = 'fetched-by-a-node';
  const BY_NODE = 'refresh: A node fetched crm, version 1: it lives 20 s.';

  it.each(['context', 'input'] as const)('is the node that says so in the %s', (place) => {
    timeline.follow(execution({ refreshed: true, access_token }, place));
    timeline.stored('crm', { token: token(1, access_token) });
    expect(lives()).toMatchObject([{ by: 'node' }]);
    expect(told()).toEqual([BY_NODE]);
  });

  it('is the node also where a key with dots has the result nested', () => {
    timeline.follow(execution({ crm: { refreshed: true, access_token } }));
    timeline.stored('crm', { token: token(1, access_token) });
    expect(lives()).toMatchObject([{ by: 'node' }]);
  });

  it('is the node also where the store was looked at before its execution had ended', () => {
    timeline.stored('crm', { token: token(1, access_token) });
    timeline.follow(execution({ refreshed: true, access_token }));
    expect(lives()).toMatchObject([{ by: 'node' }]);
    expect(told()).toEqual([BY_NODE]);
    expect(timeline.snapshot().counts.refreshes).toBe(0);
  });

  it('is told apart for two tokens of the same second', () => {
    timeline.stored('crm', { token: token(1, access_token) });
    timeline.stored('crm', { token: token(2, 'fetched-by-the-chain') });
    const { expiresAt } = token(1);
    timeline.follow(execution({ refreshed: true, access_token, expires_at: expiresAt / 1000 }));
    expect(lives()).toMatchObject([{ version: 1, by: 'node' }, { version: 2, by: 'chain' }]);
  });

  it.each([
    ['only read it', { refreshed: false, access_token }],
    ['fetched another one', { refreshed: true, access_token: 'another' }],
    ['failed', { error: { code: 'x' } }],
    ['stored something else', 'text'],
    ['stored nothing', null],
    ['says no token', { refreshed: true, access_token: 7 }],
  ])('is the chain where a node %s', (_what, result) => {
    timeline.follow(execution(result));
    timeline.stored('crm', { token: token(1, access_token) });
    timeline.follow(execution(result));
    expect(lives()).toMatchObject([{ by: 'chain' }]);
  });
});

describe('a store that does not tell', () => {
  it('is told once, and once that it answers again; the tokens stay', () => {
    const first = token(1);
    const failure = { code: 'token_endpoint_unavailable', attempts: 2, retryAt: FIRST_NOW + 1000 };
    timeline.stored('crm', { token: first, failure });
    const { tokens } = timeline.snapshot();
    clock.advance(250);
    timeline.storeSilent('crm', 'answered 503');
    clock.advance(250);
    timeline.storeSilent('crm', 'did not answer');
    expect(timeline.snapshot().tokens).toEqual(tokens);
    expect(told().slice(1)).toEqual(['failure: The store answered 503.']);
    timeline.stored('crm', { token: first, failure });
    timeline.stored('crm', { token: first, failure });
    expect(timeline.snapshot().tokens).toEqual(tokens);
    expect(told().slice(2)).toEqual(['mended: The store answers again.']);
    timeline.storeSilent('crm', 'did not answer');
    expect(told().slice(3)).toEqual(['failure: The store did not answer.']);
  });

  it('is told once for all names, and answers again when it tells of each', () => {
    timeline.storeSilent('crm', 'answered 503');
    timeline.storeSilent('mail', 'answered 503');
    timeline.stored('crm', {});
    timeline.storeSilent('crm', 'answered 503');
    timeline.stored('mail', {});
    expect(told()).toEqual(['failure: The store answered 503.']);
    timeline.stored('crm', {});
    expect(told()).toEqual(['failure: The store answered 503.', 'mended: The store answers again.']);
  });
});

describe('hops', () => {
  it('start and end', () => {
    timeline.follow(hop('queued', 3));
    expect(timeline.snapshot().hops).toEqual([]);
    timeline.follow(hop('started', 3));
    expect(timeline.snapshot().hops).toEqual([{ id: 'hop-3', hop: 3, startedAt: FIRST_NOW, failed: false }]);
    clock.advance(8000);
    timeline.follow(hop('ended', 3));
    const ended = { id: 'hop-3', hop: 3, startedAt: FIRST_NOW, endedAt: FIRST_NOW + 8000, failed: false };
    expect(timeline.snapshot().hops).toEqual([ended]);
    expect(told()).toEqual(['hop: Instance 3 of the Function starts.']);
  });

  it('that somebody started by hand are hop 0', () => {
    timeline.follow(hop('started', undefined));
    expect(timeline.snapshot().hops).toMatchObject([{ hop: 0 }]);
  });

  it('that fail say why', () => {
    timeline.follow(hop('started', 1));
    timeline.follow(hop('started', 2));
    timeline.follow(hop('ended', 1, { error: 'stopped' }));
    expect(timeline.snapshot().hops).toMatchObject([{ hop: 1, failed: true }, { hop: 2, failed: false }]);
    expect(timeline.snapshot().hops[1]).not.toHaveProperty('endedAt');
    expect(told().at(-1)).toBe('failure: Instance 1 of the Function ended: stopped.');
  });

  it('that end without a start are left out', () => {
    timeline.follow(hop('ended', 1, { error: 'stopped' }));
    expect(timeline.snapshot()).toMatchObject({ hops: [], events: [], counts: { hops: 0 } });
  });
});

describe('token requests', () => {
  const record = (more: Partial<TokenRequestRecord> = {}): TokenRequestRecord => {
    return { at: clock.now(), answeredAt: clock.now() + 5, grantType: 'client_credentials', status: 200, ...more };
  };

  it('are taken over once, from the growing list', () => {
    const records = [record()];
    timeline.requested(records);
    timeline.requested(records);
    records.push(record({ grantType: 'refresh_token' }));
    timeline.requested(records);
    expect(timeline.snapshot().tokenRequests).toEqual([
      { at: FIRST_NOW, answeredAt: FIRST_NOW + 5, status: 200, grantType: 'client_credentials' },
      { at: FIRST_NOW, answeredAt: FIRST_NOW + 5, status: 200, grantType: 'refresh_token' },
    ]);
    expect(told()).toEqual([]);
  });

  it('that fail are told, at the time of the answer', () => {
    timeline.requested([record({ status: 503 }), record({ status: 400, error: 'invalid_grant' }), record({ status: 0 })]);
    expect(told()).toEqual([
      'failure: The token endpoint answered 503.',
      'failure: The token endpoint answered 400 (invalid_grant).',
      'failure: The token endpoint did not answer.',
    ]);
    expect(timeline.snapshot().events[0]?.at).toBe(FIRST_NOW + 5);
  });
});

describe('executions', () => {
  it('are counted, and only the failed ones told', () => {
    timeline.answered(true, 'never shown');
    clock.advance(100);
    timeline.answered(false, 'no token');
    expect(timeline.snapshot()).toMatchObject({
      executions: [
        { at: FIRST_NOW, ok: true },
        { at: FIRST_NOW + 100, ok: false },
      ],
      counts: { executions: 2, failed: 1 },
    });
    expect(told()).toEqual(['failure: A message failed: no token']);
  });
});

describe('what is broken', () => {
  it('lasts until it is mended', () => {
    timeline.breaks('tokenEndpointDown', 'down');
    expect(timeline.isBroken('tokenEndpointDown')).toBe(true);
    expect(timeline.isBroken('slowNetwork')).toBe(false);
    expect(timeline.snapshot().broken).toEqual([{ breakage: 'tokenEndpointDown', from: FIRST_NOW }]);
    clock.advance(4000);
    timeline.mends('tokenEndpointDown', 'up');
    expect(timeline.isBroken('tokenEndpointDown')).toBe(false);
    expect(timeline.snapshot().broken).toEqual([{ breakage: 'tokenEndpointDown', from: FIRST_NOW, until: FIRST_NOW + 4000 }]);
    expect(told()).toEqual(['breakage: down', 'mended: up']);
  });

  it('is mended singly, and earlier stretches stay as they were', () => {
    timeline.breaks('slowNetwork', 'slow');
    clock.advance(1000);
    timeline.mends('slowNetwork', 'fast');
    timeline.breaks('slowNetwork', 'slow');
    timeline.breaks('tokenEndpointDown', 'down');
    clock.advance(1000);
    timeline.mends('slowNetwork', 'fast');
    expect(timeline.snapshot().broken).toEqual([
      { breakage: 'slowNetwork', from: FIRST_NOW, until: FIRST_NOW + 1000 },
      { breakage: 'slowNetwork', from: FIRST_NOW + 1000, until: FIRST_NOW + 2000 },
      { breakage: 'tokenEndpointDown', from: FIRST_NOW + 1000 },
    ]);
  });

  it('is noted for the time when it was asked for, before what has happened since', () => {
    const askedAt = clock.now();
    clock.advance(100);
    timeline.answered(false, 'no token');
    clock.advance(100);
    timeline.strikes('loseStore', 'emptied', askedAt);
    timeline.breaks('slowNetwork', 'slow', askedAt + 1);
    timeline.mends('slowNetwork', 'fast', askedAt + 2);
    expect(timeline.snapshot().broken).toEqual([
      { breakage: 'loseStore', from: askedAt, until: askedAt },
      { breakage: 'slowNetwork', from: askedAt + 1, until: askedAt + 2 },
    ]);
    expect(told()).toEqual(['breakage: emptied', 'breakage: slow', 'mended: fast', 'failure: A message failed: no token']);
  });

  it('is over at once where it only strikes', () => {
    timeline.strikes('loseStore', 'emptied');
    expect(timeline.isBroken('loseStore')).toBe(false);
    expect(timeline.snapshot().broken).toEqual([{ breakage: 'loseStore', from: FIRST_NOW, until: FIRST_NOW }]);
    expect(told()).toEqual(['breakage: emptied']);
  });
});

describe('the window', () => {
  /** One of everything, all of it over at once. */
  function fill(): void {
    timeline.stored('crm', { token: token(1) });
    timeline.stored('crm', {});
    timeline.follow(hop('started', 1));
    timeline.follow(hop('ended', 1));
    timeline.requested([{ at: clock.now(), answeredAt: clock.now(), grantType: 'client_credentials', status: 200 }]);
    timeline.answered(true, '');
    timeline.strikes('loseStore', 'emptied');
  }

  function sizes(): Record<string, number> {
    const { tokens, hops, tokenRequests, executions, broken } = timeline.snapshot();
    const found = { lives: tokens[0]?.lives ?? [], hops, tokenRequests, executions, broken };
    return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, list.length]));
  }

  it('is the last 60 seconds', () => {
    clock.advance(1234);
    const now = clock.now();
    expect(timeline.snapshot()).toMatchObject({ now, since: now - 60_000 });
  });

  it('keeps what ended just within, and forgets what ended before', () => {
    fill();
    clock.advance(WINDOW_MS);
    expect(sizes()).toEqual({ lives: 1, hops: 1, tokenRequests: 1, executions: 1, broken: 1 });
    clock.advance(1);
    expect(sizes()).toEqual({ lives: 0, hops: 0, tokenRequests: 0, executions: 0, broken: 0 });
  });

  it('keeps what still lasts, however long ago it began', () => {
    timeline.stored('crm', { token: token(1) });
    timeline.follow(hop('started', 1));
    timeline.breaks('tokenEndpointDown', 'down');
    clock.advance(10 * WINDOW_MS);
    expect(sizes()).toMatchObject({ lives: 1, hops: 1, broken: 1 });
    expect(timeline.isBroken('tokenEndpointDown')).toBe(true);
  });

  it('does not bring back a token request that was forgotten', () => {
    const records = [{ at: clock.now(), answeredAt: clock.now(), grantType: 'client_credentials', status: 200 }];
    timeline.requested(records);
    clock.advance(WINDOW_MS + 1);
    timeline.snapshot();
    timeline.requested(records);
    expect(timeline.snapshot().tokenRequests).toEqual([]);
  });

  it('forgets also while nobody looks', () => {
    fill();
    clock.advance(WINDOW_MS + 1);
    timeline.answered(true, '');
    clock.advance(-WINDOW_MS - 1);
    expect(sizes()).toEqual({ lives: 0, hops: 0, tokenRequests: 0, executions: 1, broken: 0 });
  });

  it('forgets what nodes told of tokens that never were in the store', () => {
    timeline.follow(execution({ refreshed: true, access_token: 'elsewhere' }));
    clock.advance(WINDOW_MS + 1);
    timeline.stored('crm', { token: token(1, 'elsewhere') });
    expect(lives()).toMatchObject([{ by: 'chain' }]);
  });

  it('counts a refresh also where the life before is forgotten', () => {
    timeline.stored('crm', { token: token(1) });
    timeline.stored('crm', {});
    clock.advance(WINDOW_MS + 1);
    expect(sizes()).toMatchObject({ lives: 0 });
    timeline.stored('crm', { token: token(1) });
    timeline.stored('mail', { token: token(1) });
    expect(timeline.snapshot().counts.refreshes).toBe(1);
  });

  it('leaves the counts and the words as they are', () => {
    fill();
    timeline.stored('crm', { token: token(2) });
    timeline.answered(false, 'no token');
    const { counts, events } = timeline.snapshot();
    expect(counts).toEqual({ executions: 2, failed: 1, refreshes: 1, hops: 1 });
    clock.advance(2 * WINDOW_MS);
    expect(timeline.snapshot()).toMatchObject({ counts, events });
  });
});

describe('a snapshot', () => {
  it('stays as it was, and changing it changes nothing', () => {
    const failure = { code: 'x', attempts: 1, retryAt: FIRST_NOW };
    timeline.stored('crm', { token: token(1), failure });
    timeline.follow(hop('started', 1));
    timeline.breaks('slowNetwork', 'slow');
    timeline.requested([{ at: FIRST_NOW, answeredAt: FIRST_NOW, grantType: 'client_credentials', status: 200 }]);
    const before = timeline.snapshot();
    const same = structuredClone(before);
    timeline.stored('crm', {});
    timeline.follow(hop('ended', 1, { error: 'stopped' }));
    timeline.mends('slowNetwork', 'fast');
    timeline.answered(false, 'no token');
    expect(before).toEqual(same);

    const after = timeline.snapshot();
    const unspoilt = structuredClone(after);
    const { tokens, hops, tokenRequests, executions, broken, events, counts } = after;
    counts.failed = 7;
    for (const list of [tokens[0]?.lives ?? [], tokens, hops, tokenRequests, executions, broken, events]) {
      Object.assign(list[0] ?? {}, { spoilt: true });
      list.pop();
    }
    expect(timeline.snapshot()).toEqual(unspoilt);
  });
});

test('no more tokens are watched than anybody looks at', () => {
  for (let index = 0; index < 100; index += 1) timeline.watch(`token-${index % 50}`, 90);
  expect([...timeline.watched.keys()]).toEqual(Array.from({ length: 6 }, (_, index) => `token-${index}`));
});
