import type { VirtualClock } from '../../tools/sandbox/virtual-clock';

/** Lets virtual time pass until the work has settled. Settles like the work. */
export async function inVirtualTime<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  void work.then(note, note);
  if (!(await clock.runUntil(() => settled)))
    throw new Error('Nothing is left to wait for, and the work is not done.');
  return work;
}

/** A `sleep` for the code under test that waits on a virtual clock. */
export function sleepOn(clock: VirtualClock): (ms: number) => Promise<void> {
  return (ms) => new Promise((resolve) => void clock.setTimeout(resolve, ms));
}
