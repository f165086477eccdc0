/**
 * Keeps the fast tests fast and independent of the machine: they start no process and don't wait in real time. Tests that
 * need either are in files named `*.live.test.ts`.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import childProcess from 'node:child_process';
import timersPromises from 'node:timers/promises';

/** Timers up to this length only yield to other work, milliseconds. Longer ones are waits. */
const LONGEST_YIELD_MS = 20;
const STARTERS = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const;

// Each `expect` makes an error, and in Jest each error keeps a hundred frames. That took a third of the time of tests with
// thousands of expectations.
Error.stackTraceLimit = 20;

const realRun = Reflect.get(AsyncLocalStorage.prototype, 'run') as (...values: unknown[]) => unknown;
const storages = new Set<AsyncLocalStorage<unknown>>();
const realSetTimeout = global.setTimeout;
const realSleep = timersPromises.setTimeout;
const realStarters = STARTERS.map((name) => [name, childProcess[name]] as const);
const waits: number[] = [];

function note(ms: number | undefined): void {
  if (ms !== undefined && ms > LONGEST_YIELD_MS) waits.push(ms);
}

function refuse(name: string): () => never {
  return () => {
    throw new Error(`child_process.${name}: a test that starts a process belongs into a file named *.live.test.ts.`);
  };
}

// Notes a timer only when it fires: a time limit that is cancelled is not a wait.
function notingSetTimeout(callback: (...values: unknown[]) => void, ms?: number, ...values: unknown[]): NodeJS.Timeout {
  return realSetTimeout(() => {
    note(ms);
    callback(...values);
  }, ms);
}
// Keeps the member that util.promisify looks for.
global.setTimeout = Object.assign(notingSetTimeout, realSetTimeout);

// Jest and the sandbox make a storage for each file. Node.js 20 keeps them all, and each one slows down every promise.
AsyncLocalStorage.prototype.run = function run(this: AsyncLocalStorage<unknown>, ...values: [unknown, () => unknown]) {
  storages.add(this);
  return Reflect.apply(realRun, this, values) as never;
};

// All files of a Jest process share Node's own modules, so this is undone afterwards. jest.spyOn would not do, because a
// test may undo it with jest.restoreAllMocks.
Object.assign(timersPromises, {
  setTimeout: async (ms?: number, value?: unknown, options?: object) => {
    const result = await realSleep(ms, value, options);
    note(ms);
    return result;
  },
});
for (const [name] of realStarters) Object.assign(childProcess, { [name]: refuse(name) });

afterEach(() => {
  const found = waits.splice(0);
  if (found.length === 0) return;
  throw new Error(`This test waited in real time (${found.join(', ')} ms): use a virtual clock, or *.live.test.ts.`);
});

afterAll(() => {
  AsyncLocalStorage.prototype.run = realRun;
  for (const storage of storages) storage.disable();
  Object.assign(timersPromises, { setTimeout: realSleep });
  for (const [name, start] of realStarters) Object.assign(childProcess, { [name]: start });
});
