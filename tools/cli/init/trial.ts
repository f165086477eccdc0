import { AccessTokenError } from '../../../src/errors';
import { ApiFailure } from '../api';
import { CliError } from '../cli-error';
import { failureOf } from '../report';
import type { Failure } from '../report';

import { Cancelled } from './prompter';
import type { Prompter } from './prompter';

/** How to try answers. */
export interface Trial<A, R, K extends string> {
  /** Printed before the trial. */
  saying: string;
  /** Rejects with one of the product's errors. */
  attempt: (answers: A) => Promise<R>;
  /** The answers that can be corrected, by their names in the list. */
  corrections: readonly { value: K; label: string }[];
  /** @returns where the mistake most likely is */
  suspect: (code: string) => K;
  correct: (name: K, answers: A) => Promise<A>;
}

/**
 * Tries answers. If that fails, it says why and lets the user correct them.
 *
 * @returns the answers, and the outcome unless the user went on without one
 * @throws Cancelled
 */
export async function tryOut<A, R, K extends string>(
  first: A,
  { saying, attempt, corrections, suspect, correct }: Trial<A, R, K>,
  prompter: Prompter,
): Promise<{ answers: A; result?: R }> {
  for (let answers = first; ; ) {
    // Without a spinner: with it, Ctrl+C would end the program as if all had gone well.
    prompter.say(saying);
    const outcome = await settle(() => attempt(answers));
    if ('result' in outcome) return { answers, result: outcome.result };
    const { code, message, remedy = '' } = outcome.failure;
    prompter.warn(`${code}: ${message}\n${remedy}`);
    const choice = await prompter.choose<K | 'again' | 'anyway' | 'stop'>({
      message: 'What now?',
      options: [
        ...corrections,
        { value: 'again', label: 'Try again as it is' },
        { value: 'anyway', label: 'Go on all the same' },
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
