import { startTraffic } from '../../../tools/sandbox/demo/traffic';

const PAUSE_MS = 500;

/** Ends the requests that are waiting for an answer. */
let waiting: Array<(response: Response) => void>;
let asked: jest.SpyInstance;

beforeEach(() => {
  jest.useFakeTimers();
  waiting = [];
  asked = jest.spyOn(global, 'fetch').mockImplementation(() => new Promise((resolve) => waiting.push(resolve)));
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

async function answerAll(text = 'status: 200, source: store'): Promise<void> {
  for (const resolve of waiting.splice(0)) resolve(Response.json({ text }));
  await jest.advanceTimersByTimeAsync(0);
}

test('users write twice a second, and what they get is counted', async () => {
  const answers: Array<[boolean, string]> = [];
  const traffic = startTraffic('http://127.0.0.1:1/bot', (...answer) => answers.push(answer));
  for (let message = 0; message < 10; message += 1) {
    await answerAll(message === 4 ? 'error: store_unreachable' : undefined);
    await jest.advanceTimersByTimeAsync(PAUSE_MS);
  }
  expect(asked).toHaveBeenCalledTimes(11);
  expect(traffic.counts).toEqual({ executions: 10, failed: 1, sources: { store: 9 } });
  expect(answers[4]).toEqual([false, 'error: store_unreachable']);
});

test('where answers are late, users wait, and go on when they have come', async () => {
  const traffic = startTraffic('http://127.0.0.1:1/bot', () => undefined);
  await jest.advanceTimersByTimeAsync(20 * PAUSE_MS);
  expect(asked).toHaveBeenCalledTimes(2);
  await answerAll();
  await jest.advanceTimersByTimeAsync(PAUSE_MS);
  expect(asked).toHaveBeenCalledTimes(3);
  const stopped = traffic.stop();
  await answerAll();
  await stopped;
  expect(traffic.counts.executions).toBe(3);
});
