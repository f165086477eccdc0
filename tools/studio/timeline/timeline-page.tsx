import type { TimelineEvent, TimelineSnapshot } from '../../sandbox/studio/wire';
import { BreakPanel } from './break-panel';
import { Chart } from './chart';
import { ConsentPanel } from './consent-panel';
import { EventList } from './event-list';
import { OutageNote } from './outage-note';
import { TokenState } from './token-state';
import { useTimeline } from './use-timeline';

/** The live timeline of the tokens, and the buttons that break things. */
export function TimelinePage() {
  const { snapshot, problem, apply } = useTimeline();
  return (
    <>
      <h2 tabIndex={-1}>Timeline</h2>
      <p class="hint">
        A bot answers two messages a second; every answer needs a valid token. Break something: messages go on for as long as the
        stored token is valid. Keep the token endpoint down for longer, and they fail until it is back.
      </p>
      {problem !== undefined && <p role="alert">{problem}</p>}
      {snapshot && (
        <>
          <BreakPanel broken={snapshot.broken} onApply={apply}>
            <OutageNote snapshot={snapshot} />
          </BreakPanel>
          {snapshot.consent && <ConsentPanel consent={snapshot.consent} />}
          <Newest events={snapshot.events} />
          <Counts counts={snapshot.counts} />
          {snapshot.tokens.map((lane) => (
            <TokenState key={lane.tokenName} lane={lane} now={snapshot.now} />
          ))}
          <Chart snapshot={snapshot} />
          <EventList events={snapshot.events} />
        </>
      )}
    </>
  );
}

/** Tells screen readers the latest event that broke, failed or mended something. */
function Newest({ events }: { events: TimelineEvent[] }) {
  const [newest] = events.filter(({ kind }) => kind === 'breakage' || kind === 'failure' || kind === 'mended').slice(-1);
  return (
    <p class="unseen" role="status">
      {newest?.text}
    </p>
  );
}

function Counts({ counts: { executions, failed, refreshes, hops } }: { counts: TimelineSnapshot['counts'] }) {
  return (
    <p class="counts">
      <span data-count="executions">{executions}</span> messages answered,{' '}
      <strong data-count="failed" class={failed === 0 ? 'good' : 'bad'}>
        {failed}
      </strong>{' '}
      failed; <span data-count="refreshes">{refreshes}</span> refreshes, <span data-count="hops">{hops}</span> instances of the Function.
    </p>
  );
}
