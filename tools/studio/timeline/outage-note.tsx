import type { TimelineSnapshot } from '../../sandbox/studio/wire';
import { prospectOf } from './prospect';

/** Says how long an outage of the token endpoint does no harm, and that messages fail after that. */
export function OutageNote({ snapshot }: { snapshot: TimelineSnapshot }) {
  const prospect = prospectOf(snapshot);
  if (prospect === undefined) return null;
  return (
    <p class={prospect.state === 'fails' ? 'outage bad' : 'outage'} data-prospect={prospect.state}>
      {prospect.text}
    </p>
  );
}
