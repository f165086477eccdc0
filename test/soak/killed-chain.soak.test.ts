import { killChain } from '../artifacts/support/killed-chain';

const SEEDS = 150;
const KILLS = 20;

test(`${SEEDS * KILLS} kills of the chain, half of them in the middle of a refresh, fail no message`, async () => {
  const failed: object[] = [];
  const sum = { messages: 0, killsInRefresh: 0, restarts: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await killChain(seed, KILLS);
    failed.push(...outcome.failed.map((failure) => ({ seed, ...failure })));
    sum.messages += outcome.messages;
    sum.killsInRefresh += outcome.killsInRefresh;
    sum.restarts += outcome.restarts;
  }
  process.stderr.write(`${SEEDS * KILLS} kills: ${JSON.stringify({ ...sum, failed: failed.length })}\n`);
  expect(failed).toEqual([]);
  expect(sum.killsInRefresh).toBeGreaterThan((SEEDS * KILLS) / 4);
}, 3_600_000);
