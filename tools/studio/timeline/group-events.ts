import type { TimelineEvent } from '../../sandbox/studio/wire';

/** Events that say the same, but for their numbers. */
export interface EventGroup {
  kind: TimelineEvent['kind'];
  /** In order of time; at least one. */
  events: TimelineEvent[];
}

/** What happens all the time while everything is well. */
const ROUTINE: ReadonlySet<TimelineEvent['kind']> = new Set(['refresh', 'hop']);

/**
 * Puts what says the same into one group. Routine comes together with routine of the same stretch: the first other event ends
 * it. Anything else is grouped only with its like right before it, so that no failure goes into a group of something else.
 *
 * @param events in order of time
 * @returns in order of each group's newest event
 */
export function groupEvents(events: readonly TimelineEvent[]): EventGroup[] {
  const closed: EventGroup[] = [];
  let open: EventGroup[] = [];
  for (const event of events) {
    const isRoutine = ROUTINE.has(event.kind);
    if (open.some(({ kind }) => ROUTINE.has(kind) !== isRoutine)) {
      closed.push(...open);
      open = [];
    }
    const like = (isRoutine ? open : open.slice(-1)).find((group) => saysTheSame(group, event));
    if (like === undefined) open.push({ kind: event.kind, events: [event] });
    else {
      like.events.push(event);
      open = [...open.filter((group) => group !== like), like];
    }
  }
  return [...closed, ...open];
}

function saysTheSame({ kind, events }: EventGroup, event: TimelineEvent): boolean {
  return kind === event.kind && events.slice(-1).some(({ text }) => withoutNumbers(text) === withoutNumbers(event.text));
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, '#');
}
