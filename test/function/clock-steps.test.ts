import fc from 'fast-check';

import { chainParameters, HopWorld } from '../support/hop-world';
import { START } from '../support/token-records';

afterEach(() => jest.restoreAllMocks());

const DAY_MS = 86_400_000;

test('a clock that is set by any amount, at any moment, ends no chain', async () => {
  const step = fc.oneof(fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }), fc.integer({ min: -20_000, max: 20_000 }));
  await fc.assert(
    fc.asyncProperty(step, fc.integer({ min: 0, max: 95_000 }), async (stepMs, afterMs) => {
      const world = new HopWorld();
      let run = await world.run(chainParameters({ hop: 0 }));
      world.stepMachineClock(afterMs, stepMs);
      for (let hops = 0; hops < 4; hops += 1) {
        expect(run.triggered).toHaveLength(1);
        run = await world.runNext(run);
        expect(run.error).toBeUndefined();
        // All its time limits are those of an untroubled hop.
        expect(run.log).not.toMatch(/store_|trigger_failed|time_budget/);
        expect(run.endedAt - run.startedAt).toBeLessThanOrEqual(900_000);
      }
      // The store's clock was right all the time: nothing was asked for before it was due.
      expect(world.tokenRequests).toBeLessThanOrEqual(2 + (world.clock.now() - START) / 89_000);
      expect(await world.stored()).toMatchObject({ version: world.tokenRequests });
    }),
    { numRuns: 60 },
  );
});
