import { CliError } from '../cli-error';
import type { Interruption } from '../interruption';

/** Waits for a user, who may give up or never come back. */
export class Waiting {
  private isGivenUp = false;
  private giveUp: () => void = () => undefined;
  private readonly givenUp = new Promise<void>((resolve) => (this.giveUp = resolve));

  constructor(private readonly interruption: Interruption) {}

  /** Does what Ctrl+C does, for a terminal that passes Ctrl+C on as a character. */
  readonly interrupt = (): void => {
    this.isGivenUp = true;
    this.giveUp();
  };

  /**
   * Waits for some work to finish.
   *
   * @param longestMs the limit, milliseconds
   * @param late makes the error for when the limit is over
   * @throws CliError authorization_cancelled
   */
  async until<T>(work: Promise<T>, longestMs: number, late: () => CliError): Promise<T> {
    const done = new AbortController();
    const end = this.pause(longestMs, done.signal).then(() => {
      throw late();
    });
    return Promise.race([work, end]).finally(() => done.abort());
  }

  /**
   * @param ms milliseconds
   * @param done ends the pause early
   * @throws CliError authorization_cancelled
   */
  async pause(ms: number, done?: AbortSignal): Promise<void> {
    await Promise.race([this.interruption.pause(ms, done), this.givenUp]);
    if (this.isGivenUp || this.interruption.happened) throw new CliError('authorization_cancelled', 'Cancelled: nothing was written.');
  }
}
