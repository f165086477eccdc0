/** 14 November 2023, 22:13:20 UTC, Unix milliseconds: a round number of seconds. */
export const FIRST_NOW = 1_700_000_000_000;

/** A clock that moves only with `advance`, and with each `sleep`. */
export class FakeClock {
  /** The milliseconds of each `sleep`, in order. */
  readonly sleeps: number[] = [];

  constructor(private current = FIRST_NOW) {}

  /** Unix milliseconds. */
  readonly now = (): number => this.current;

  readonly sleep = async (ms: number): Promise<void> => {
    this.sleeps.push(ms);
    this.advance(ms);
  };

  /** Moves on by a number of milliseconds. */
  advance(ms: number): void {
    this.current += ms;
  }
}
