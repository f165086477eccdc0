import { LASTING_BREAKAGES, SINGLE_BREAKAGES } from '../../sandbox/studio/wire';
import type { Breakage, BreakageRequest, BrokenStretch } from '../../sandbox/studio/wire';

const TEXTS: Record<Breakage, string> = {
  tokenEndpointDown: 'Token endpoint down',
  slowNetwork: 'Slow network',
  revokeTokens: 'Revoke the token',
  killChain: 'Kill the chain',
  loseStore: 'Lose the store',
};

interface BreakPanelProps {
  broken: BrokenStretch[];
  onApply: (request: BreakageRequest) => Promise<void>;
  /** What the breakage means for the bot. */
  children: preact.ComponentChildren;
}

/** Buttons that break things. */
export function BreakPanel({ broken, onApply, children }: BreakPanelProps) {
  const isBroken = (breakage: Breakage) => broken.some((stretch) => stretch.breakage === breakage && stretch.until === undefined);
  return (
    <section class="break" aria-labelledby="break-title">
      <h3 id="break-title">Break something</h3>
      <div class="buttons">
        {LASTING_BREAKAGES.map((breakage) => (
          <button
            key={breakage}
            type="button"
            aria-pressed={isBroken(breakage)}
            onClick={() => void onApply({ breakage, on: !isBroken(breakage) })}
          >
            {TEXTS[breakage]}
          </button>
        ))}
        {SINGLE_BREAKAGES.map((breakage) => (
          <button key={breakage} type="button" onClick={() => void onApply({ breakage })}>
            {TEXTS[breakage]}
          </button>
        ))}
      </div>
      {children}
    </section>
  );
}
