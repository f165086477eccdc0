import type { Breakage, BreakageRequest, BrokenStretch } from '../../wire';

/** What lasts until it is mended, with a switch each. */
const LASTING: Partial<Record<Breakage, string>> = {
  tokenEndpointDown: 'Token endpoint down',
  slowNetwork: 'Slow network',
};

/** What happens once. */
const ONCE: Partial<Record<Breakage, string>> = {
  revokeTokens: 'Revoke the token',
  killChain: 'Kill the chain',
  loseStore: 'Lose the store',
};

interface BreakPanelProps {
  broken: BrokenStretch[];
  onApply: (request: BreakageRequest) => Promise<void>;
}

/** Buttons that break things. */
export function BreakPanel({ broken, onApply }: BreakPanelProps) {
  const isBroken = (breakage: Breakage) => broken.some((stretch) => stretch.breakage === breakage && stretch.until === undefined);
  return (
    <section class="break" aria-labelledby="break-title">
      <h3 id="break-title">Break something</h3>
      <div class="buttons">
        {entries(LASTING).map(([breakage, text]) => (
          <button
            key={breakage}
            type="button"
            aria-pressed={isBroken(breakage)}
            onClick={() => void onApply({ breakage, on: !isBroken(breakage) })}
          >
            {text}
          </button>
        ))}
        {entries(ONCE).map(([breakage, text]) => (
          <button key={breakage} type="button" onClick={() => void onApply({ breakage })}>
            {text}
          </button>
        ))}
      </div>
    </section>
  );
}

function entries(texts: Partial<Record<Breakage, string>>): Array<[Breakage, string]> {
  return Object.entries(texts) as Array<[Breakage, string]>;
}
