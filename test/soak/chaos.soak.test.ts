import { describeChaos } from '../artifacts/support/chaos';

describeChaos({
  lifetimes: Number(process.env['CHAOS_LIFETIMES'] ?? 50),
  seed: Number(process.env['CHAOS_SEED'] ?? 1),
  conversations: 6,
  restartPauses: [4000, 10_000],
  killPauses: [6000, 14_000],
  mostKills: Infinity,
  refreshesAfterwards: 3,
});
