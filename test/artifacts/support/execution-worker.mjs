/**
 * A process that runs nodes like a worker of an installation. It loads the built extension once, and then runs any number of
 * executions at the same time. Its clock is the test's, see `held-time.cjs`. `workers.ts` starts it as
 * `node execution-worker.mjs MODULE NOW SHORTEST-PAUSE`.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { HeldTime } = require('../../support/held-time.cjs');

const [, , file, now, shortestPauseMs] = process.argv;
const time = new HeldTime({ now: Number(now), shortestPauseMs: Number(shortestPauseMs) });
time.install();
Date.now = () => time.now();
const { default: extension } = require(file);

const BRANCHES = {
  getAccessToken: ['OnSuccess', 'OnError'],
  refreshIfExpiring: ['OnRefreshed', 'OnStillValid', 'OnError'],
};

let ended = 0;

async function runNode({ type, config, context = {}, input = {}, afterMs = 0 }) {
  if (afterMs > 0) await time.sleep(afterMs);
  const startedAt = Date.now();
  const outcome = { calls: 0, logs: [] };
  const count = (act) => (...values) => {
    outcome.calls += 1;
    act(...values);
  };
  const node = extension.nodes.find((candidate) => candidate.type === type);
  await node.function({
    cognigy: {
      input,
      context,
      api: {
        addToContext: count((key, value) => (context[key] = value)),
        addToInput: count((key, value) => (input[key] = value)),
        log: count((level, text) => outcome.logs.push(`${level}: ${text}`)),
        output: count(() => {}),
        setNextNode: count((id) => (outcome.branch = id)),
      },
    },
    config,
    childConfigs: BRANCHES[type].map((branch) => ({ id: branch, type: type + branch, config: {} })),
  });
  return { ...outcome, result: context.accessToken, startedAt, endedAt: Date.now(), place: (ended += 1) };
}

process.on('message', async ({ id, at, jobs }) => {
  if (at !== undefined) time.set(at);
  process.send({ id, outcomes: await Promise.all(jobs.map((job) => time.run(() => runNode(job)))) });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
