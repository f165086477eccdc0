import { sleep } from './sleep';

const POLL_MS = 20;
/** Only ends a test that hangs, milliseconds. No machine is that slow. */
const HANGS_AFTER_MS = 120_000;

/**
 * Waits, in real time, for a condition that stays true once it is true.
 *
 * @param what completes "This never came true: …"
 * @param holds the condition, checked every 20 milliseconds
 * @throws Error if it does not come true within two minutes
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + HANGS_AFTER_MS;
  while (!(await holds())) {
    if (Date.now() >= end) throw new Error(`This never came true: ${what}.`);
    await sleep(POLL_MS);
  }
}
