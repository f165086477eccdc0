import { ApiError, type Sandbox } from '../../../tools/sandbox';
import { Breakages } from '../../../tools/sandbox/studio/breakages';
import { Timeline } from '../../../tools/sandbox/studio/timeline';
import { FakeClock } from '../../support/fake-clock';
import { LoopbackServer } from '../../support/loopback-server';
import { noteCalls } from './support';

const DOWN = ['setFault', { down: true }];
const SLOW = ['setFault', { down: false, delayMs: 1500 }];
const DOWN_AND_SLOW = ['setFault', { down: true, delayMs: 1500 }];
const UP = ['clearFault'];
const STORE_SLOW = ['store.setFault', 'store-token', { delayMs: 400 }];
const STORE_FAST = ['store.clearFault', 'store-token'];

interface World {
  breakages: Breakages;
  timeline: Timeline;
  clock: FakeClock;
  /** What was done to the fakes since the last look. */
  done: () => unknown[][];
}

/** @param before happens before anything is done to the authorization server */
function createWorld(more: object = {}, before?: (world: Pick<World, 'clock' | 'timeline'>) => void): World {
  const calls: unknown[][] = [];
  const clock = new FakeClock();
  const timeline = new Timeline(clock.now);
  const sandbox = {
    setFault: (...values: unknown[]) => void calls.push(['store.setFault', ...values]),
    clearFault: (...values: unknown[]) => void calls.push(['store.clearFault', ...values]),
    sessionStorage: { clear: () => void calls.push(['storage.clear']) },
    ...more,
  } as unknown as Sandbox;
  const authorizationServer = noteCalls(calls, () => before?.({ clock, timeline }));
  const breakages = new Breakages({ authorizationServer, sandbox, urlToken: 'store-token', functionId: 'f1' }, timeline);
  return { breakages, timeline, clock, done: () => calls.splice(0) };
}

function texts(timeline: Timeline): string[] {
  return timeline.snapshot().events.map(({ kind, text }) => `${kind}: ${text}`);
}

describe('what lasts', () => {
  it('takes the token endpoint down and brings it back', async () => {
    const { breakages, timeline, done } = createWorld();
    await breakages.apply('tokenEndpointDown', true);
    expect(done()).toEqual([DOWN, STORE_FAST]);
    expect(timeline.isBroken('tokenEndpointDown')).toBe(true);
    await breakages.apply('tokenEndpointDown', false);
    expect(done()).toEqual([UP, STORE_FAST]);
    expect(timeline.isBroken('tokenEndpointDown')).toBe(false);
    expect(texts(timeline)).toEqual(['breakage: You took the token endpoint down.', 'mended: You brought the token endpoint back.']);
  });

  it('makes token endpoint and store slow, and fast again', async () => {
    const { breakages, timeline, done } = createWorld();
    await breakages.apply('slowNetwork', true);
    expect(done()).toEqual([SLOW, STORE_SLOW]);
    await breakages.apply('slowNetwork', false);
    expect(done()).toEqual([UP, STORE_FAST]);
    expect(texts(timeline)).toEqual(['breakage: You made the network slow.', 'mended: You made the network fast again.']);
  });

  it('keeps the network slow when the token endpoint comes back', async () => {
    const { breakages, done } = createWorld();
    await breakages.apply('tokenEndpointDown', true);
    await breakages.apply('slowNetwork', true);
    expect(done().slice(2)).toEqual([DOWN_AND_SLOW, STORE_SLOW]);
    await breakages.apply('tokenEndpointDown', false);
    expect(done()).toEqual([SLOW, STORE_SLOW]);
  });

  it('keeps the token endpoint down when the network gets fast', async () => {
    const { breakages, done } = createWorld();
    await breakages.apply('slowNetwork', true);
    await breakages.apply('tokenEndpointDown', true);
    expect(done().slice(2)).toEqual([DOWN_AND_SLOW, STORE_SLOW]);
    await breakages.apply('slowNetwork', false);
    expect(done()).toEqual([DOWN, STORE_FAST]);
  });

  it.each(['tokenEndpointDown', 'slowNetwork'] as const)('breaks %s once, however often it is asked', async (breakage) => {
    const { breakages, timeline, clock, done } = createWorld();
    await breakages.apply(breakage, true);
    const { broken, events } = timeline.snapshot();
    done();
    clock.advance(10);
    await breakages.apply(breakage, true);
    await breakages.apply(breakage);
    expect(done()).toEqual([]);
    expect(timeline.snapshot()).toMatchObject({ broken, events });
  });

  it.each(['tokenEndpointDown', 'slowNetwork'] as const)('mends %s only where it is broken', async (breakage) => {
    const { breakages, timeline, done } = createWorld();
    await breakages.apply(breakage, false);
    expect(done()).toEqual([]);
    expect(timeline.snapshot()).toMatchObject({ broken: [], events: [] });
  });
});

describe('what happens once', () => {
  it('revokes every access token', async () => {
    const { breakages, timeline, clock, done } = createWorld();
    await breakages.apply('revokeTokens');
    expect(done()).toEqual([['revokeAll']]);
    const at = clock.now();
    expect(timeline.snapshot().broken).toEqual([{ breakage: 'revokeTokens', from: at, until: at }]);
  });

  it('empties the session storage', async () => {
    const { breakages, timeline, done } = createWorld();
    await breakages.apply('loseStore');
    expect(done()).toEqual([['storage.clear']]);
    expect(texts(timeline)).toEqual(['breakage: You emptied the session storage, and the shared store with it.']);
  });

  it('stops the instances of the chain that have not ended, through the management API', async () => {
    const api = await LoopbackServer.start();
    try {
      const instances = ['queued', 'active', 'done', 'error'].map((status) => ({ _id: `${status}-of-f1`, status }));
      const list = (id: string) => instances.filter(({ _id }) => _id.endsWith(id));
      api.answer = (response, { url = '' }) => {
        const stopped = instances.find(({ _id }) => url.includes(`/${_id}/`));
        // A hop may just have triggered the next one.
        if (stopped?.status === 'active') instances.push({ _id: 'next-of-f1', status: 'queued' });
        if (stopped !== undefined) stopped.status = 'done';
        response.end();
      };
      // A trigger was under way when its sender was stopped.
      const requestsAnswered = async () => {
        if (instances.every(({ _id }) => _id !== 'late-of-f1')) instances.push({ _id: 'late-of-f1', status: 'queued' });
      };
      const { breakages, timeline, done } = createWorld({ apiUrl: api.url, apiKey: 'key', functions: { list, requestsAnswered } });
      await breakages.apply('killChain');
      expect(api.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
        'POST /new/v2.0/functions/f1/instances/queued-of-f1/stop',
        'POST /new/v2.0/functions/f1/instances/active-of-f1/stop',
        'POST /new/v2.0/functions/f1/instances/next-of-f1/stop',
        'POST /new/v2.0/functions/f1/instances/late-of-f1/stop',
      ]);
      expect(api.requests[0]?.headers['x-api-key']).toBe('key');
      expect(timeline.isBroken('killChain')).toBe(false);
      expect(done()).toEqual([]);
    } finally {
      await api.stop();
    }
  });

  it('can happen again', async () => {
    const { breakages, timeline, clock, done } = createWorld();
    await breakages.apply('revokeTokens');
    clock.advance(10);
    await breakages.apply('revokeTokens');
    expect(done()).toEqual([['revokeAll'], ['revokeAll']]);
    expect(timeline.snapshot().broken).toHaveLength(2);
  });

  it('leaves what lasts as it is', async () => {
    const { breakages, timeline, done } = createWorld();
    await breakages.apply('tokenEndpointDown');
    done();
    await breakages.apply('loseStore');
    expect(done()).toEqual([['storage.clear']]);
    expect(timeline.isBroken('tokenEndpointDown')).toBe(true);
  });
});

describe('mending what happens once', () => {
  it.each(['revokeTokens', 'killChain', 'loseStore'] as const)('is refused for %s, which does not happen then', async (breakage) => {
    const { breakages, timeline, done } = createWorld();
    const refused = breakages.apply(breakage, false);
    await expect(refused).rejects.toBeInstanceOf(ApiError);
    await expect(refused).rejects.toMatchObject({ status: 400, detail: `${breakage} happens once: there is nothing to mend` });
    expect(done()).toEqual([]);
    expect(timeline.snapshot()).toMatchObject({ broken: [], events: [] });
  });
});

describe('what does not work', () => {
  let works: boolean;
  const createBadWorld = () => {
    return createWorld({}, () => {
      if (!works) throw new Error('out of order');
    });
  };

  it.each([
    ['tokenEndpointDown', DOWN],
    ['slowNetwork', SLOW],
    ['revokeTokens', ['revokeAll']],
  ] as const)('is not noted, and can be asked for again: %s', async (breakage, call) => {
    works = false;
    const { breakages, timeline, done } = createBadWorld();
    await expect(breakages.apply(breakage)).rejects.toThrow('out of order');
    expect(timeline.snapshot()).toMatchObject({ broken: [], events: [] });
    works = true;
    await breakages.apply(breakage);
    expect(done()[0]).toEqual(call);
    expect(timeline.snapshot().broken).toMatchObject([{ breakage }]);
  });

  it('stays broken where it could not be mended', async () => {
    works = true;
    const { breakages, timeline } = createBadWorld();
    await breakages.apply('tokenEndpointDown');
    works = false;
    await expect(breakages.apply('tokenEndpointDown', false)).rejects.toThrow('out of order');
    expect(timeline.isBroken('tokenEndpointDown')).toBe(true);
  });
});

describe('what takes a while', () => {
  /** A world in which 100 ms pass before the authorization server obeys, and a message fails meanwhile. */
  const createSlowWorld = () => {
    return createWorld({}, ({ clock, timeline }) => {
      clock.advance(100);
      timeline.answered(false, 'no token');
    });
  };

  it.each(['tokenEndpointDown', 'revokeTokens'] as const)('is noted for the time when it was asked for: %s', async (breakage) => {
    const { breakages, timeline, clock } = createSlowWorld();
    const askedAt = clock.now();
    await breakages.apply(breakage);
    expect(timeline.snapshot().broken).toMatchObject([{ breakage, from: askedAt }]);
    expect(timeline.snapshot().events).toMatchObject([
      { at: askedAt, kind: 'breakage' },
      { at: askedAt + 100, kind: 'failure' },
    ]);
  });

  it('is done once where it is asked for twice meanwhile, and what comes next knows of it', async () => {
    const { breakages, timeline, done } = createSlowWorld();
    const wanted = ['tokenEndpointDown', 'tokenEndpointDown', 'slowNetwork'] as const;
    await Promise.all(wanted.map((breakage) => breakages.apply(breakage)));
    expect(done()).toEqual([DOWN, STORE_FAST, DOWN_AND_SLOW, STORE_SLOW]);
    expect(timeline.snapshot().broken).toHaveLength(2);
  });
});
