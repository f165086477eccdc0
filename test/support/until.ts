import { sleep } from './sleep';

const POLL_MS = 20;
/** Only there to end a test that hangs, however slow the machine is. */
const HANGS_AFTER_MS = 120_000;

/**
 * Waits, in real time, for a condition that stays true once it is true.
 *
 * @param what completes "This never came true: …"
 * @param holds the condition; asked every 20 milliseconds
 * @throws Error when it has not come true for two minutes
 */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + HANGS_AFTER_MS;
  while (!(await holds())) {
    if (Date.now() >= end) throw new Error(`This never came true: ${what}.`);
    await sleep(POLL_MS);
  }
}
