import { randomFrom } from '../../support/random';
import { TOKEN_URL, VirtualPlatform } from '../../support/virtual-platform';
import { sleepOn } from '../../support/virtual-time';

/** Seconds. With 50 percent, half of each life is left for healing. */
const LIFETIME_SECONDS = 20;
const REFRESH_PERCENT = 50;
const FUNCTION = { functionTimeLimitSeconds: 8, functionBufferSeconds: 1, functionStartupDelayMs: 300 };
/** Time between two messages, milliseconds. */
const PAUSE_MS = 500;
const MESSAGES_PER_CONVERSATION = 4;
/** A killed chain counts as late after its time limit and 5 s. A node restarts it, and it refreshes within a life. Milliseconds. */
const HEALED_MS = 40_000;

export interface KilledChain {
  /** What failed, and when: milliseconds since the start. */
  failed: { at: number; why: string }[];
  messages: number;
  /** How many kills hit a refresh that was under way. */
  killsInRefresh: number;
  /** How often a node restarted the chain. */
  restarts: number;
}

/**
 * Simulates users who talk to a bot while its chain is killed again and again at random moments. Every other kill hits the
 * middle of a refresh. Most answers are fast, some are slow. Time is virtual.
 */
export async function killChain(seed: number, kills: number): Promise<KilledChain> {
  const random = randomFrom(seed);
  const outcome: KilledChain = { failed: [], messages: 0, killsInRefresh: 0, restarts: 0 };
  let aimsAtRefresh = false;
  const platform: VirtualPlatform = new VirtualPlatform({
    ...FUNCTION,
    lifetime: LIFETIME_SECONDS,
    refreshPercent: REFRESH_PERCENT,
    random,
    latencyMs: () => (random() < 0.8 ? 5 + 45 * random() : 2000 * random()),
    onFunctionRequest: (url) => {
      if (url !== TOKEN_URL || !aimsAtRefresh) return;
      aimsAtRefresh = false;
      platform.clock.setTimeout(() => {
        platform.killChain();
        outcome.killsInRefresh += 1;
      }, 100 * random());
    },
  });
  const { clock } = platform;
  const start = clock.now();
  const pause = sleepOn(clock);
  let isOver = false;
  let context: Record<string, unknown> = {};

  async function say(): Promise<void> {
    outcome.messages += 1;
    const { branch, result, execution } = await platform.execute('getAccessToken', { cognigyApiConnection: platform.apiConnection() }, { context });
    context = execution.context;
    const apiStatus = branch === 'OnSuccess' ? platform.callApi(result) : undefined;
    if (apiStatus !== 200) outcome.failed.push({ at: clock.now() - start, why: result.error?.code ?? `HTTP ${apiStatus}` });
  }

  async function talk(): Promise<void> {
    const answers: Promise<void>[] = [];
    while (!isOver) {
      if (outcome.messages % MESSAGES_PER_CONVERSATION === 0) context = {};
      answers.push(say());
      await pause(PAUSE_MS);
    }
    await Promise.all(answers);
  }

  async function disturb(): Promise<void> {
    for (let kill = 0; kill < kills; kill += 1) {
      await pause(HEALED_MS * random());
      if (kill % 2 === 0) aimsAtRefresh = true;
      else platform.killChain();
    }
    await pause(HEALED_MS);
    isOver = true;
  }

  platform.start();
  let isDone = false;
  const play = Promise.all([talk(), disturb()]).then(() => {
    isDone = true;
  });
  await clock.runUntil(() => isDone);
  await play;
  outcome.restarts = platform.parameters.filter(({ chainId }) => chainId === undefined).length - 1;
  platform.close();
  return outcome;
}
