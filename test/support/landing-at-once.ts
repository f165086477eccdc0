import type { Clock } from '../../tools/sandbox';

/** A clock on which a write to the session storage that takes no time has landed before any other request comes. */
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
