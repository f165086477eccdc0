import type { TimelineEvent } from './wire';

/** More events than a reader looks through. */
const MOST_EVENTS = 60;

/** The latest events, in words. */
export class Chronicle {
  /** Sorted by time, because some events are reported late. */
  private kept: TimelineEvent[] = [];
  private added = 0;

  /**
   * @param at Unix milliseconds
   * @returns the event's id
   */
  add(at: number, kind: TimelineEvent['kind'], text: string): number {
    this.added += 1;
    const all = [...this.kept, { id: this.added, at, kind, text }].sort((one, other) => one.at - other.at);
    this.kept = all.slice(-MOST_EVENTS);
    return this.added;
  }

  /** Changes an event's text, once more is known about it. */
  reword(id: number, text: string): void {
    this.kept = this.kept.map((event) => (event.id === id ? { ...event, text } : event));
  }

  /** A copy of the events, in order of time. */
  get events(): TimelineEvent[] {
    return this.kept.map((event) => ({ ...event }));
  }
}
