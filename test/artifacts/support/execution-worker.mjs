/**
 * A process that runs nodes as an installation's worker does: it loads the built extension once, and then runs as
 * many executions at the same time as it is told to. Started by `workers.ts`.
 */
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';

const { default: extension } = createRequire(import.meta.url)(process.argv[2]);

/** The last milliseconds before the start are waited for without a timer, which may be late. */
const LAST_MS = 20;

const BRANCHES = {
  getAccessToken: ['OnSuccess', 'OnError'],
  refreshIfExpiring: ['OnRefreshed', 'OnStillValid', 'OnError'],
};

async function runNode({ type, config, context = {}, input = {} }) {
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
  return { ...outcome, result: context.accessToken, startedAt, endedAt: Date.now() };
}

async function startAt(time) {
  const wait = time - Date.now() - LAST_MS;
  if (wait > 0) await sleep(wait);
  while (Date.now() < time) continue;
}

process.on('message', async ({ id, at, count, node }) => {
  await startAt(at);
  const json = JSON.stringify(node);
  const executions = Array.from({ length: count }, () => runNode(JSON.parse(json)));
  process.send({ id, outcomes: await Promise.all(executions) });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
