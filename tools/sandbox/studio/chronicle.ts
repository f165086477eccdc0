import type { TimelineEvent } from './wire';

/** More than a reader looks through. */
const MOST_EVENTS = 60;

/** The last things that happened, in words. */
export class Chronicle {
  /** By time; some are told late. */
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

  /** Puts it in other words, where more is known by now. */
  reword(id: number, text: string): void {
    this.kept = this.kept.map((event) => (event.id === id ? { ...event, text } : event));
  }

  /** A copy, in order. */
  get events(): TimelineEvent[] {
    return this.kept.map((event) => ({ ...event }));
  }
}
