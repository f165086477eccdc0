import type { TimelineEvent } from '../../sandbox/studio/wire';
import { groupEvents, type EventGroup } from './group-events';

/** The events, newest first. Events that say the same share one row, which can be opened. */
export function EventList({ events }: { events: TimelineEvent[] }) {
  return (
    <section aria-labelledby="events-title">
      <h3 id="events-title">What happened</h3>
      <ul class="events" tabIndex={0} aria-label="Events, newest first">
        {groupEvents(events)
          .reverse()
          .map((group) => (
            <Row key={group.events[0]?.id} group={group} />
          ))}
      </ul>
    </section>
  );
}

function Row({ group: { kind, events } }: { group: EventGroup }) {
  const [newest, ...older] = [...events].reverse();
  if (newest === undefined) return null;
  return (
    <li data-kind={kind} data-times={events.length}>
      {older.length === 0 ? (
        <Said event={newest} />
      ) : (
        <details>
          <summary>
            <Said event={newest} /> <strong class="times">{events.length} times</strong>
          </summary>
          <ul>
            {older.map((event) => (
              <li key={event.id}>
                <Said event={event} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </li>
  );
}

function Said({ event: { at, text } }: { event: TimelineEvent }) {
  return (
    <>
      <time>{new Date(at).toLocaleTimeString('en-GB')}</time> {text}
    </>
  );
}
