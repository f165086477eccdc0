import fc from 'fast-check';

import { readTokenEndpointConfig } from '../../src/oauth';
import { prepareHop } from '../../src/function/context';
import type { Hop } from '../../src/function/context';
import { triggerNextHop } from '../../src/function/trigger';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { CONFIG } from '../support/hop-world';
import { START } from '../support/token-records';
import { inVirtualTime } from '../support/virtual-time';

const NEXT = { chainId: 'chain', hop: 2, wakeAt: START };
/** An answer takes this long, milliseconds. */
const LATENCY_MS = 50;

interface Outage {
  /** When it begins, milliseconds from the first try; and how it shows. */
  from: number;
  lastsMs: number;
  how: 'refused' | 'silence' | 'page';
}

/** A hop that has some requests left and is about to trigger the next one. */
class Triggering {
  readonly clock = new VirtualClock(START);
  readonly tries: number[] = [];
  started = 0;
  readonly hop: Hop;
  private readonly errors: string[] = [];

  /** @param elapsedMs how long the instance has run */
  constructor(outage: Outage, requestsLeft: number, elapsedMs: number) {
    const { clock } = this;
    const from = START + elapsedMs + outage.from;
    const isDown = () => clock.now() >= from && clock.now() < from + outage.lastsMs;
    const httpRequest = async () => {
      this.tries.push(clock.now() - START - elapsedMs);
      if (isDown() && outage.how === 'silence') return new Promise(() => undefined);
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, LATENCY_MS));
      if (isDown() && outage.how === 'refused') throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      if (isDown()) return { status: 200, headers: {}, data: '<html>maintenance</html>' };
      this.started += 1;
      return { status: 201, headers: {}, data: { functionInstanceId: 'next' } };
    };
    const console = { log: () => undefined, error: (message: string) => void this.errors.push(message) };
    this.hop = prepareHop(CONFIG, { chain: { ...NEXT, hop: 1 }, first: false }, {
      readTokenEndpoint: readTokenEndpointConfig,
      parameters: {},
      api: { httpRequest },
      setTimeout: (callback, ms) => clock.setTimeout(callback, ms),
      console,
      now: () => clock.now(),
      random: () => 0.5,
    });
    const spend = this.hop.budget.limit(async () => ({ status: 200, headers: {}, data: '' }), 0);
    for (let spent = requestsLeft; spent < 5; spent += 1) void spend({ method: 'POST', url: '', headers: {}, body: '' }, 0);
  }

  async run(elapsedMs: number): Promise<void> {
    await inVirtualTime(this.clock, this.hop.sleep(elapsedMs).then(() => triggerNextHop(NEXT, this.hop)));
  }
}

test('no outage of a minute and a half, at any moment of an instance, ends the chain', async () => {
  const outage = fc.record<Outage>({
    from: fc.integer({ min: -90_000, max: 20_000 }),
    lastsMs: fc.constant(90_000),
    how: fc.constantFrom('refused', 'silence', 'page'),
  });
  // What a hop has left after a beat, and after a beat and a refresh.
  await fc.assert(
    fc.asyncProperty(outage, fc.integer({ min: 2, max: 4 }), fc.integer({ min: 0, max: 795_000 }), async (given, left, elapsedMs) => {
      const triggering = new Triggering(given, left, elapsedMs);
      await triggering.run(elapsedMs);
      expect(triggering.started).toBe(1);
      expect(triggering.clock.now() - START).toBeLessThan(900_000);
    }),
    { numRuns: 300 },
  );
});

test('the last try comes after a minute and a half, the others sooner and sooner', async () => {
  const triggering = new Triggering({ from: -1, lastsMs: 90_500, how: 'refused' }, 4, 790_000);
  await triggering.run(790_000);
  expect(triggering.tries.map((ms) => Math.round(ms / 1000))).toEqual([0, 4, 22, 91]);
});

test('is tried once where no time is left', async () => {
  const triggering = new Triggering({ from: 0, lastsMs: 0, how: 'refused' }, 2, 900_000);
  await triggering.run(900_000);
  expect(triggering.started).toBe(1);
});

test('an outage that lasts longer is an error that says what is wrong', async () => {
  const triggering = new Triggering({ from: -1, lastsMs: 3_600_000, how: 'page' }, 3, 100_000);
  await expect(triggering.run(100_000)).rejects.toMatchObject({
    code: 'trigger_failed',
    message: 'The chain has no successor. The address answered HTTP 200, and not as the management API.',
  });
});
