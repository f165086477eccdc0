import type { TokenLane } from '../../sandbox/studio/wire';
import { percentBetween } from './scale';

/** A token's current state, in words and as a bar. */
export function TokenState({ lane: { tokenName, lives, failure }, now }: { lane: TokenLane; now: number }) {
  const life = lives[lives.length - 1];
  if (life === undefined || life.endedAt !== undefined) {
    return (
      <p class="token-state" data-token={tokenName} data-state="missing">
        <strong>{tokenName}</strong>: the store has none.
        <Failure failure={failure} now={now} />
      </p>
    );
  }
  const { version, issuedAt, refreshAt, expiresAt } = life;
  const percent = Math.round(percentBetween(issuedAt, expiresAt, now));
  const refreshPoint = `${percentBetween(issuedAt, expiresAt, refreshAt)}%`;
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  const state = now >= expiresAt ? 'expired' : now >= refreshAt ? 'due' : 'fresh';
  const due = Math.max(0, Math.ceil((refreshAt - now) / 1000));
  return (
    <div class="token-state" data-token={tokenName} data-version={version} data-state={state}>
      <p>
        <strong>{tokenName}</strong>, version {version}: {left} s left, {state === 'fresh' ? `refresh in ${due} s` : state}
        <Failure failure={failure} now={now} />
      </p>
      <div class="life-bar">
        <progress max={100} value={percent} aria-label={`${tokenName}: part of its life that has passed`}>
          {percent} %
        </progress>
        <svg width="100%" height="16" aria-hidden="true">
          <line class="refresh-point" x1={refreshPoint} x2={refreshPoint} y1="0" y2="16" />
        </svg>
      </div>
    </div>
  );
}

/** Why the last refresh failed, and when the next one may be tried. */
function Failure({ failure, now }: { failure: TokenLane['failure']; now: number }) {
  if (failure === undefined) return null;
  const { code, attempts, retryAt } = failure;
  return (
    <span class="bad">
      {' '}
      · {code}, tried {attempts === 1 ? 'once' : `${attempts} times`}, again in {Math.max(0, Math.ceil((retryAt - now) / 1000))} s
    </span>
  );
}
