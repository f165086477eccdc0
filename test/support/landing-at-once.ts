import type { Clock } from '../../tools/sandbox';

/** A clock for a session storage without write delay: a write has landed before the next request comes. */
export function landingAtOnce(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    setTimeout: (callback, delayMs) => {
      if (delayMs > 0) return clock.setTimeout(callback, delayMs);
      let isCancelled = false;
      queueMicrotask(() => {
        if (!isCancelled) callback();
      });
      return () => {
        isCancelled = true;
      };
    },
  };
}
