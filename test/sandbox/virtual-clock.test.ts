import { VirtualClock } from '../../tools/sandbox/virtual-clock';

const macrotaskTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('virtual clock', () => {
  it('fires in order of time, then of asking', async () => {
    const clock = new VirtualClock(1000);
    const fired: string[] = [];
    clock.setTimeout(() => fired.push(`late ${clock.now()}`), 20);
    clock.setTimeout(() => fired.push(`first ${clock.now()}`), 10);
    clock.setTimeout(() => fired.push(`second ${clock.now()}`), 10);
    await clock.advanceTo(1015);
    expect(fired).toEqual(['first 1010', 'second 1010']);
    expect(clock.now()).toBe(1015);
    await clock.advanceBy(5);
    expect(fired).toHaveLength(3);
  });

  it('lets async code proceed between two events', async () => {
    const clock = new VirtualClock(0);
    const wait = (ms: number): Promise<void> => new Promise((resolve) => void clock.setTimeout(resolve, ms));
    const seen: number[] = [];
    const work = (async () => {
      for (let i = 0; i < 3; i++) {
        await wait(1000);
        await Promise.resolve();
        seen.push(clock.now());
      }
    })();
    await clock.advanceTo(10_000);
    await work;
    expect(seen).toEqual([1000, 2000, 3000]);
  });

  it('stops when the predicate holds and says when it can not', async () => {
    const clock = new VirtualClock(0);
    let count = 0;
    clock.setTimeout(() => count++, 5);
    clock.setTimeout(() => count++, 50);
    expect(await clock.runUntil(() => count === 1)).toBe(true);
    expect(clock.now()).toBe(5);
    expect(await clock.runUntil(() => count === 7)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it('does not fire what was cancelled', async () => {
    const clock = new VirtualClock(0);
    const fired = jest.fn();
    clock.setTimeout(fired, 5)();
    await clock.advanceTo(10);
    expect(fired).not.toHaveBeenCalled();
  });

  it('stands still while tracked work is under way', async () => {
    const clock = new VirtualClock(0);
    let finish: () => void = () => undefined;
    const outside = clock.track(new Promise<void>((resolve) => (finish = resolve)));
    const seen: number[] = [];
    void outside.then(() => seen.push(clock.now()));
    clock.setTimeout(() => seen.push(-1), 10);
    const advanced = clock.advanceTo(10);
    for (let turn = 0; turn < 100; turn++) await macrotaskTurn();
    expect(seen).toEqual([]);
    finish();
    await advanced;
    expect(seen).toEqual([0, -1]);
  });

  it('goes on when tracked work has failed', async () => {
    const clock = new VirtualClock(0);
    const broken = clock.track(Promise.reject(new Error('broken')));
    await clock.advanceTo(10);
    await expect(broken).rejects.toThrow('broken');
    expect(clock.now()).toBe(10);
  });

  it('passes a week of minutes without waiting', async () => {
    const clock = new VirtualClock(0);
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.setTimeout(tick, 60_000);
    };
    tick();
    await clock.advanceTo(7 * 24 * 3600 * 1000);
    expect(ticks).toBe(7 * 24 * 60 + 1);
  });
});
