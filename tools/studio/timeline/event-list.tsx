import type { TimelineEvent } from '../../sandbox/studio/wire';

/** What happened, newest first. */
export function EventList({ events }: { events: TimelineEvent[] }) {
  return (
    <section aria-labelledby="events-title">
      <h3 id="events-title">What happened</h3>
      <ul class="events" tabIndex={0} aria-label="Events, newest first">
        {[...events].reverse().map(({ id, at, kind, text }) => (
          <li key={id} data-kind={kind}>
            <time>{new Date(at).toLocaleTimeString('en-GB')}</time> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
