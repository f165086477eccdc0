import { CliError } from '../cli-error';
import type { Interruption } from '../interruption';

/** Waits for people, who may give up or never return. */
export class Waiting {
  private isGivenUp = false;
  private giveUp: () => void = () => undefined;
  private readonly givenUp = new Promise<void>((resolve) => (this.giveUp = resolve));

  constructor(private readonly interruption: Interruption) {}

  /** The same as Ctrl+C, if a terminal passes it on as a character. */
  readonly interrupt = (): void => {
    this.isGivenUp = true;
    this.giveUp();
  };

  /**
   * Waits for some work.
   *
   * @param longestMs milliseconds
   * @param late makes the error for the case that time is up
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
   * @param done ends the pause
   * @throws CliError authorization_cancelled
   */
  async pause(ms: number, done?: AbortSignal): Promise<void> {
    await Promise.race([this.interruption.pause(ms, done), this.givenUp]);
    if (this.isGivenUp || this.interruption.happened) throw new CliError('authorization_cancelled', 'Cancelled: nothing was written.');
  }
}
