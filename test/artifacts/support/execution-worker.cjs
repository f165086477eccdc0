/**
 * A process that runs nodes as an installation's worker does: it loads the built extension once, and then runs as
 * many executions at the same time as it is told to. Started by `workers.ts`.
 */
'use strict';

const { default: extension } = require(process.argv[2]);

/** Milliseconds before the start in which the event loop is kept free of timers' imprecision. */
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
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  while (Date.now() < time);
}

process.on('message', async ({ id, at, count, node }) => {
  await startAt(at);
  const executions = Array.from({ length: count }, () => runNode(structuredClone(node)));
  process.send({ id, outcomes: await Promise.all(executions) });
});
process.on('disconnect', () => process.exit());
process.send({ ready: true });
