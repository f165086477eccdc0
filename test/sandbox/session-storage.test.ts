import { DEFAULT_OPTIONS } from '../../tools/sandbox/options';
import { SessionStorage } from '../../tools/sandbox/session-storage';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';

function create(overrides: Partial<typeof DEFAULT_OPTIONS> = {}): { clock: VirtualClock; storage: SessionStorage } {
  const clock = new VirtualClock(0);
  return { clock, storage: new SessionStorage(clock, { ...DEFAULT_OPTIONS, ...overrides }) };
}

describe('session storage', () => {
  it('persists assignments to top-level keys, late', async () => {
    const { clock, storage } = create();
    (await storage.get('e', 'u', 's')).token = { value: 1 };
    await clock.advanceBy(19);
    expect(await storage.get('e', 'u', 's')).toEqual({});
    expect(storage.pendingWrites).toBe(1);
    await clock.advanceBy(1);
    expect(await storage.get('e', 'u', 's')).toEqual({ token: { value: 1 } });
  });

  it('loses changes inside a value, also when another key is assigned afterwards', async () => {
    const { clock, storage } = create();
    const writer = await storage.get('e', 'u', 's');
    writer.token = { value: 1 };
    await clock.advanceBy(20);
    const session = (await storage.get('e', 'u', 's')) as { token: { value: number }; other?: number };
    session.token.value = 2;
    session.other = 1;
    await clock.advanceBy(20);
    expect(await storage.get('e', 'u', 's')).toEqual({ token: { value: 1 }, other: 1 });
  });

  it('copies a value when it is assigned', async () => {
    const { clock, storage } = create();
    const value = { inner: 1 };
    (await storage.get('e', 'u', 's')).value = value;
    value.inner = 2;
    await clock.advanceBy(20);
    expect(await storage.get('e', 'u', 's')).toEqual({ value: { inner: 1 } });
  });

  it('lets the last of two simultaneous writers win with its whole session', async () => {
    const { clock, storage } = create();
    const first = await storage.get('e', 'u', 's');
    const second = await storage.get('e', 'u', 's');
    first.a = 1;
    second.b = 2;
    await clock.advanceBy(20);
    expect(await storage.get('e', 'u', 's')).toEqual({ b: 2 });
  });

  it('can play an installation that writes key by key', async () => {
    const { clock, storage } = create({ sessionStorageWrites: 'key' });
    const first = await storage.get('e', 'u', 's');
    const second = await storage.get('e', 'u', 's');
    first.a = 1;
    second.b = 2;
    await clock.advanceBy(20);
    expect(await storage.get('e', 'u', 's')).toEqual({ a: 1, b: 2 });
  });

  it.each([
    ['endpoint' as const, {}],
    ['installation' as const, { a: 1 }],
  ])('with scope %s shows another Endpoint %j', async (sessionStorageScope, expected) => {
    const { clock, storage } = create({ sessionStorageScope });
    (await storage.get('one', 'u', 's')).a = 1;
    await clock.advanceBy(20);
    expect(await storage.get('two', 'u', 's')).toEqual(expected);
    expect(await storage.get('one', 'u', 'another')).toEqual({});
  });

  it('removes keys, shows everything to a search and can be lost', async () => {
    const { clock, storage } = create();
    const session = await storage.get('e', 'u', 's');
    session.a = 1;
    session.secret = 'canary';
    delete session.a;
    await clock.advanceBy(20);
    expect(JSON.stringify(storage.dump())).toContain('canary');
    expect(Object.values(storage.dump())).toEqual([{ secret: 'canary' }]);
    storage.clear();
    expect(await storage.get('e', 'u', 's')).toEqual({});
  });

  it('writes nothing for a handler that was stopped', async () => {
    const { clock, storage } = create();
    const access = storage.access('e');
    const session = await access.get('u', 's');
    access.stop();
    session.a = 1;
    await clock.advanceBy(20);
    expect(storage.dump()).toEqual({});
  });
});
