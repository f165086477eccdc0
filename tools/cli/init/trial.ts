import { AccessTokenError } from '../../../src/errors';
import { ApiFailure } from '../api';
import { CliError } from '../cli-error';
import { failureOf } from '../report';
import type { Failure } from '../report';

import { Cancelled } from './prompter';
import type { Prompter } from './prompter';

/** How to try answers out. */
export interface Trial<A, R, K extends string> {
  /** What the user reads before each attempt. */
  saying: string;
  /** Rejects with one of the product's errors. */
  attempt: (answers: A) => Promise<R>;
  /** The answers that the user may correct, with their labels in the list. */
  corrections: readonly { value: K; label: string }[];
  /** @returns the answer that is most likely wrong */
  suspect: (code: string) => K;
  correct: (name: K, answers: A) => Promise<A>;
}

/**
 * Tries answers out. If that fails, it says why and lets the user correct them.
 *
 * @returns the answers, and the result of the attempt unless the user went on without one
 * @throws Cancelled
 */
export async function tryOut<A, R, K extends string>(
  first: A,
  { saying, attempt, corrections, suspect, correct }: Trial<A, R, K>,
  prompter: Prompter,
): Promise<{ answers: A; result?: R }> {
  for (let answers = first; ; ) {
    // No spinner: with clack's spinner, Ctrl+C ends the program with exit code 0.
    prompter.say(saying);
    const outcome = await settle(() => attempt(answers));
    if ('result' in outcome) return { answers, result: outcome.result };
    const { code, message, remedy = '' } = outcome.failure;
    prompter.warn(`${code}: ${message}\n${remedy}`);
    const choice = await prompter.choose<K | 'again' | 'anyway' | 'stop'>({
      message: 'What now?',
      options: [
        ...corrections,
        { value: 'again', label: 'Try again without a change' },
        { value: 'anyway', label: 'Continue anyway' },
        { value: 'stop', label: 'Stop' },
      ],
      initial: suspect(code),
    });
    if (choice === 'stop') throw new Cancelled();
    if (choice === 'anyway') return { answers };
    if (choice !== 'again') answers = await correct(choice, answers);
  }
}

async function settle<R>(work: () => Promise<R>): Promise<{ result: R } | { failure: Failure }> {
  try {
    return { result: await work() };
  } catch (error) {
    if (![AccessTokenError, CliError, ApiFailure].some((kind) => error instanceof kind)) throw error;
    return { failure: failureOf(error) };
  }
}
