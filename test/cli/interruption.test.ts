import { EventEmitter } from 'node:events';

import { listenForInterruption } from '../../tools/cli/interruption';

const HOUR_MS = 3_600_000;

test.each(['SIGINT', 'SIGTERM'])('%s ends the pause, and the next one', async (signal) => {
  const source = new EventEmitter();
  const interruption = listenForInterruption(source);
  const pause = interruption.pause(HOUR_MS);
  expect(interruption.happened).toBe(false);
  source.emit(signal);
  await pause;
  expect(interruption.happened).toBe(true);
  await interruption.pause(HOUR_MS);
  // Whoever else is told of the same signal still sees that somebody cares for it; a second one ends the program.
  expect(source.listenerCount(signal)).toBe(1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(source.eventNames()).toEqual([]);
});

test('a pause ends by itself, and the signals can be given back', async () => {
  const source = new EventEmitter();
  const interruption = listenForInterruption(source);
  await interruption.pause(1);
  expect(interruption.happened).toBe(false);
  interruption.forget();
  expect(source.eventNames()).toEqual([]);
});

test('an output that nobody reads any more ends the pause', async () => {
  const [source, output] = [new EventEmitter(), new EventEmitter()];
  const interruption = listenForInterruption(source, output);
  const pause = interruption.pause(HOUR_MS);
  output.emit('error', new Error('EPIPE'));
  await pause;
  expect(interruption.happened).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(output.eventNames()).toEqual([]);
});
