import { Outage } from '../../../tools/sandbox/demo/outage';

test('messages that fail while the token endpoint is kept down, and until one is good again, are counted apart', () => {
  let isDown = false;
  const outage = new Outage(() => isDown);
  const answers = (...all: boolean[]) => all.map((ok) => outage.explains(ok));

  expect(answers(true, false)).toEqual([false, false]);
  isDown = true;
  // The stored token lasts for a while.
  expect(answers(true, true, false, false)).toEqual([false, false, true, true]);
  isDown = false;
  // Nodes may wait before they ask again.
  expect(answers(false, true, false)).toEqual([true, false, false]);
  expect(outage.failed).toBe(3);
});

test('an outage that is over before the token is explains nothing that fails later', () => {
  let isDown = true;
  const outage = new Outage(() => isDown);
  outage.explains(true);
  isDown = false;
  expect([outage.explains(true), outage.explains(false), outage.failed]).toEqual([false, false, 0]);
});
