import { ApiError } from '../api-error';
import type { Timeline } from './timeline';
import type { ConsentState } from './wire';

/** The result of asking for a consent: empty, or why there is none. */
export interface ConsentOutcome {
  problem?: string;
}

/**
 * Asks a user for a consent, and puts the resulting token into the store.
 *
 * @param tellAddress gets the address where the user consents
 * @param cancel stops asking
 */
export type AskForConsent = (tellAddress: (address: string) => void, cancel: AbortSignal) => Promise<ConsentOutcome>;

const CAME = "A user's consent has come: the store has a new token.";
const CANCELLED = 'You cancelled the consent: nothing has changed.';

interface Asking {
  address: Promise<string>;
  cancel: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

/** Asks for consents on the page's request, one at a time, and adds the result to the timeline. */
export class Consents {
  private current: ConsentState = { status: 'none' };
  private asking: Asking | undefined;

  constructor(
    private readonly ask: AskForConsent,
    private readonly timeline: Timeline,
  ) {}

  get state(): ConsentState {
    return this.current;
  }

  /**
   * @returns the address where the user consents; the same one while a user is being asked
   * @throws ApiError 422 with the reason, if nobody can be asked
   */
  start(): Promise<string> {
    this.asking ??= this.begin();
    return this.asking.address;
  }

  /** Stops asking. Resolves when nobody is being asked any more. */
  async cancel(): Promise<void> {
    this.asking?.cancel.abort();
    await this.asking?.ended;
  }

  private begin(): Asking {
    const cancel = new AbortController();
    this.current = { status: 'waiting' };
    let tellAddress: (address: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => (tellAddress = resolve));
    const outcome = this.ask((address) => {
      this.current = { status: 'waiting', address };
      tellAddress(address);
    }, cancel.signal).catch((error: unknown) => ({ problem: error instanceof Error ? error.message : String(error) }));
    const ended = outcome.then(({ problem }) => this.end(problem, cancel.signal.aborted));
    const address = Promise.race([
      told,
      ended.then((text) => {
        throw new ApiError(422, 'No consent', text);
      }),
    ]);
    return { address, cancel, ended: ended.then(() => undefined) };
  }

  /** @returns the result, in words */
  private end(problem: string | undefined, isCancelled: boolean): string {
    this.asking = undefined;
    this.current = outcomeOf(problem, isCancelled);
    this.timeline.consented(this.current.text);
    return this.current.text;
  }
}

/** A consent that came in spite of a cancellation counts. */
function outcomeOf(problem: string | undefined, isCancelled: boolean): Extract<ConsentState, { text: string }> {
  if (problem === undefined) return { status: 'came', text: CAME };
  return isCancelled ? { status: 'cancelled', text: CANCELLED } : { status: 'failed', text: `No consent: ${problem}` };
}
