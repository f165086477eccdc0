import { useRef, useState } from 'preact/hooks';

import type { ConsentState } from '../../sandbox/studio/wire';
import { messageOf, server } from '../server';

/** A button that asks the user for a consent in another tab, and the outcome. */
export function ConsentPanel({ consent }: { consent: ConsentState }) {
  const [problem, setProblem] = useState<string>();
  const button = useRef<HTMLButtonElement>(null);
  const attempt = async (work: () => Promise<void>) => {
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  const authorize = () =>
    attempt(async () => {
      const { address } = await server.authorize();
      // With `noopener`, the page can't tell whether the browser opened the tab, so there is a link too.
      window.open(address, '_blank', 'noopener');
    });
  const cancel = () =>
    attempt(async () => {
      // The button that has the focus disappears.
      button.current?.focus();
      await server.cancelConsent();
    });
  return (
    <section class="consent" aria-labelledby="consent-title">
      <h3 id="consent-title">Act for a user</h3>
      <p class="hint">Sign in and allow it: from then on the bot's token is the user's, and is refreshed with the user's refresh token.</p>
      <div class="buttons">
        <button ref={button} type="button" onClick={() => void authorize()}>
          Authorize
        </button>
        {consent.status === 'waiting' && (
          <button type="button" onClick={() => void cancel()}>
            Cancel
          </button>
        )}
      </div>
      <div class="outcome" aria-live="polite" data-consent={consent.status}>
        <Outcome consent={consent} problem={problem} />
      </div>
    </section>
  );
}

/** @param problem why the studio's server could not be reached, or did not start to ask */
function Outcome({ consent, problem }: { consent: ConsentState; problem: string | undefined }) {
  if (consent.status === 'waiting') {
    return consent.address === undefined ? <p>Asking …</p> : <Waiting address={consent.address} />;
  }
  if (consent.status !== 'none' && (problem === undefined || consent.status === 'failed')) {
    return <p class={consent.status === 'failed' ? 'bad' : undefined}>{consent.text}</p>;
  }
  return problem === undefined ? null : <p class="bad">{problem}</p>;
}

function Waiting({ address }: { address: string }) {
  return (
    <p>
      Waiting for your consent in the other tab … If none has opened:{' '}
      <a href={address} target="_blank" rel="noopener noreferrer">
        sign in and consent
      </a>
    </p>
  );
}
