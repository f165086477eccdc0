import { EXIT_FAILED } from '../command';

/** Talks to the user. Every question rejects with `Cancelled` if the user gives up. */
export interface Prompter {
  begin(title: string): void;
  end(text: string): void;
  say(text: string): void;
  warn(text: string): void;
  text(question: TextQuestion): Promise<string>;
  /** Does not show the answer while the user types it. */
  secret(question: SecretQuestion): Promise<string>;
  choose<T extends string>(question: Choice<T>): Promise<T>;
  confirm(message: string, initial: boolean): Promise<boolean>;
}

export interface SecretQuestion {
  message: string;
  /** @returns what is wrong with an answer, if anything */
  validate: (answer: string) => string | undefined;
}

export interface TextQuestion extends SecretQuestion {
  /** Shown while nothing is typed. */
  placeholder?: string | undefined;
  /** Filled in already: Enter accepts it. */
  initial?: string | undefined;
}

export interface Choice<T extends string> {
  message: string;
  options: readonly { value: T; label: string; hint?: string }[];
  initial?: T | undefined;
}

/** The user pressed Ctrl+C or Escape, or chose to stop. */
export class Cancelled extends Error {
  constructor(readonly exitCode: number = EXIT_FAILED) {
    super('Cancelled.');
  }
}
