import { describeChaos } from '../artifacts/support/chaos';
import type { ChaosOptions } from '../artifacts/support/chaos';

// Only there to end a test that hangs.
jest.setTimeout(3_600_000);

const LONG = {
  lifetimes: Number(process.env['CHAOS_LIFETIMES'] ?? 50),
  seed: Number(process.env['CHAOS_SEED'] ?? 1),
  conversations: 6,
  redisPauses: [4000, 10_000],
  killPauses: [6000, 14_000],
  mostKills: Infinity,
  refreshesAfterwards: 3,
} satisfies Omit<ChaosOptions, 'servers'>;

describeChaos({ servers: 'a server', ...LONG });

describe.each(['a cluster of three masters with replicas', 'a primary and Sentinels'] as const)('Redis as more than one server', (servers) => {
  describeChaos({ servers, ...LONG });
});
