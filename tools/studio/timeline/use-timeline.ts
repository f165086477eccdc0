import { useCallback, useEffect, useState } from 'preact/hooks';

import type { BreakageRequest, TimelineSnapshot } from '../../sandbox/studio/wire';
import { messageOf, server } from '../server';

const POLL_MS = 400;

export interface LiveTimeline {
  snapshot: TimelineSnapshot | undefined;
  /** Why the timeline can't be updated, or why the user's request failed. */
  problem: string | undefined;
  apply: (request: BreakageRequest) => Promise<void>;
}

/** The server's timeline, polled a few times a second while the page is open. */
export function useTimeline(): LiveTimeline {
  const [snapshot, setSnapshot] = useState<TimelineSnapshot>();
  const [silence, setSilence] = useState<string>();
  const [refusal, setRefusal] = useState<string>();
  const take = useCallback(async (asked: Promise<TimelineSnapshot>, setProblem: (problem: string | undefined) => void) => {
    try {
      const snapshot = await asked;
      // A snapshot that was requested before a breakage may arrive after the newer one.
      setSnapshot((shown) => (shown !== undefined && snapshot.now < shown.now ? shown : snapshot));
      setProblem(undefined);
    } catch (error) {
      setProblem(messageOf(error));
    }
  }, []);
  useEffect(() => {
    let isOpen = true;
    const poll = async () => {
      while (isOpen) {
        await take(server.timeline(), setSilence);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    };
    void poll();
    return () => {
      isOpen = false;
    };
  }, [take]);
  const apply = useCallback((request: BreakageRequest) => take(server.break(request), setRefusal), [take]);
  return { snapshot, problem: refusal ?? silence, apply };
}
