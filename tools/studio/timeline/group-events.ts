import type { TimelineEvent } from '../../sandbox/studio/wire';

/** Events that say the same except for their numbers. */
export interface EventGroup {
  kind: TimelineEvent['kind'];
  /** In order of time; at least one. */
  events: TimelineEvent[];
}

/** The kinds of events that are frequent while everything is well. */
const ROUTINE: ReadonlySet<TimelineEvent['kind']> = new Set(['refresh', 'hop']);

/**
 * Groups the events that say the same. Routine events are grouped until the first other event. Any other event is grouped
 * only with the group right before it, so that events of different kinds keep their order.
 *
 * @param events in order of time
 * @returns the groups, in the order of their newest events
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
